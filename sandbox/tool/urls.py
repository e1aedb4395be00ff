"""The addresses of the example tool."""

from __future__ import annotations

from django.urls import path

from sandbox.tool import line_item_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("login", views.login, name="login"),
    path("launch", views.launch, name="launch"),
    path("jwks", views.jwks, name="jwks"),
    path("launches/<str:number>/", views.launched, name="launched"),
    path("launches/<str:number>/claims.json", views.claims, name="claims"),
    path("launches/<str:number>/answer", views.answer, name="answer"),
    path("launches/<str:number>/line_items", line_item_views.line_items, name="line-items"),
    path("launches/<str:number>/line_items/change", line_item_views.change, name="change-line-items"),
    path("launches/<str:number>/line_items/results", line_item_views.results, name="results"),
]
