"""One URL."""

from __future__ import annotations

from django.urls import path

from benchmarks.floor.views import post_score

urlpatterns = [path("line_items/<int:line_item_id>/scores", post_score)]
