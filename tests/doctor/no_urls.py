"""The URLs of a site without us."""

from __future__ import annotations

urlpatterns: list[object] = []
