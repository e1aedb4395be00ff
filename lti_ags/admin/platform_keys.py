"""The platform's signing keys, to look at and to rotate. Their private halves are shown nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from lti_ags.admin.confirming import Question, is_confirmed
from lti_ags.conf import AgsConfigurationError
from lti_ags.models import PlatformKey
from lti_ags.security.platform_keys import rotate

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[PlatformKey]
else:
    _ModelAdmin = admin.ModelAdmin


@admin.register(PlatformKey)
class PlatformKeyAdmin(_ModelAdmin):
    """Names and times, and the button that rotates."""

    list_display = ("kid", "signs_from", "retires_at", "created_at")
    fields = ("kid", "public_jwk", "signs_from", "retires_at", "created_at")
    change_list_template = "lti_ags/admin/platform_keys.html"

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Keys are made at first need and by rotation."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: PlatformKey | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """A key is what it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PlatformKey | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """A row keeps its name from being used again."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the page that rotates."""
        rotation = path("rotate/", self.admin_site.admin_view(self.rotate), name="lti_ags_platformkey_rotate")
        return [rotation, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Show the button to those who may use it."""
        context = {**(extra_context or {}), "may_rotate": _may_rotate(request)}
        return super().changelist_view(request, context)

    def rotate(self, request: HttpRequest) -> HttpResponse:
        """Make a new key, after a look at what that means."""
        if not _may_rotate(request):
            raise PermissionDenied
        if request.method != "POST" or not is_confirmed(request):
            context = {**self.admin_site.each_context(request), "opts": self.opts, "question": _question()}
            context["title"] = _question().title
            return TemplateResponse(request, "lti_ags/admin/rotate.html", context)
        try:
            key = rotate(now=timezone.now(), at_once=request.POST.get("when") == "at_once")
        except AgsConfigurationError as error:
            messages.error(request, str(error))
        else:
            self.log_addition(request, key, _("Rotated the platform's keys."))
            messages.success(request, _("The new key is %(kid)s.") % {"kid": key.kid})
        return redirect("admin:lti_ags_platformkey_changelist")


def _may_rotate(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("lti_ags.add_platformkey"))


def _question() -> Question:
    return Question(
        title=_("Give the platform a new signing key?"),
        consequence=_(
            "The new key is published at once. It signs as soon as every tool can know it, and the old one is "
            "withdrawn when nothing that it signed is in use any more."
        ),
        button=_("Yes, make a new key"),
    )
