"""Logging in by picking a person: the sandbox has no secrets."""

from __future__ import annotations

from django.contrib.auth import get_user_model, login, logout
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme


def login_page(request):
    """Show the people of the sandbox, and log in as the one that was picked."""
    if request.method == "POST":
        user = get_user_model().objects.filter(username=request.POST.get("username", ""), is_active=True).first()
        if user is None:
            raise Http404("No such person")
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        target = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
        return redirect(target if safe else "/")
    people = get_user_model().objects.filter(is_active=True).order_by("username")
    return render(request, "login.html", {"people": people, "next": request.GET.get("next", "")})


def logout_page(request):
    """Log out."""
    logout(request)
    return redirect("/login")
