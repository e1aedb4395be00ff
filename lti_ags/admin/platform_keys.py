"""The platform's signing keys, to look at. Their private halves are shown nowhere; rotation is a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from lti_ags.models import PlatformKey

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[PlatformKey]
else:
    _ModelAdmin = admin.ModelAdmin


@admin.register(PlatformKey)
class PlatformKeyAdmin(_ModelAdmin):
    """Names and times."""

    list_display = ("kid", "signs_from", "retires_at", "created_at")
    fields = ("kid", "public_jwk", "signs_from", "retires_at", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Keys are made at first need and by ``lti_ags_rotate_keys``."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: PlatformKey | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """A key is what it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PlatformKey | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """A row keeps its name from being used again."""
        return False
