"""Registering tools, and saying where authors find them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lti_ags.exceptions import MalformedRequest
from lti_ags.models import LtiTool
from lti_ags.security.key_fetching import KeySetUnavailable
from lti_ags.security.key_sets import refetch
from lti_ags.services.registration_sheets import registration_sheet
from lti_ags.services.registrations import checked_registration
from lti_ags.services.tools import Place, change_tool, checked_places, places_of, register_tool, set_enabled, set_places

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[LtiTool]
    _ModelForm = forms.ModelForm[LtiTool]
else:
    _ModelAdmin = admin.ModelAdmin
    _ModelForm = forms.ModelForm


class LinesField(forms.CharField):
    """Several values, one on each line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> str:
        """Show one on each line."""
        return value if isinstance(value, str) else "\n".join(value or ())

    def clean(self, value: Any) -> Any:
        """Return the lines that are not blank."""
        text = str(super().clean(value))
        return [line.strip() for line in text.splitlines() if line.strip()]


class ToolForm(_ModelForm):
    """A registration as the operator types it; what it must be like is said in one place, the service."""

    oidc_login_url = forms.CharField(label=_("OIDC login URL"))
    launch_url = forms.CharField(label=_("Launch URL"))
    redirect_uris = LinesField(
        label=_("Redirect URIs"), help_text=_("One on each line, exactly as the tool will ask for them.")
    )
    jwks_url = forms.CharField(label=_("Key set URL"), required=False, help_text=_("Or else the public key below."))
    public_key = forms.CharField(
        label=_("Public key"), required=False, widget=forms.Textarea, help_text=_("PEM, or JSON of a key or a key set.")
    )
    everywhere = forms.BooleanField(label=_("Every course"), required=False)
    orgs = LinesField(label=_("Organisations"), required=False, help_text=_("One on each line."))
    courses = LinesField(label=_("Courses"), required=False, help_text=_("Course keys, one on each line."))

    class Meta:
        """The admin adds the fields that it lists."""

        model = LtiTool
        fields = ("name", "grading_mode_ceiling", "is_enabled")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            places = places_of(self.instance)
            self.initial["everywhere"] = Place() in places
            self.initial["orgs"] = [place.org for place in places if place.org]
            self.initial["courses"] = [place.course_key for place in places if place.course_key]

    def clean(self) -> dict[str, Any]:
        """Check the whole by the rules of the service, whose errors name the field."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                checked_registration(**registration_of(cleaned))
                checked_places(**places_from(cleaned))
            except MalformedRequest as error:
                self.add_error(error.field, error.message)
        return cleaned


def registration_of(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form says about the tool, as the service takes it."""
    names = ("name", "oidc_login_url", "launch_url", "redirect_uris", "jwks_url", "public_key", "grading_mode_ceiling")
    return {name: cleaned[name] for name in names}


def places_from(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return where the form says that the tool may be used, as the service takes it."""
    return {name: cleaned[name] for name in ("everywhere", "orgs", "courses")}


@admin.register(LtiTool)
class LtiToolAdmin(_ModelAdmin):
    """Register, change, enable and disable. A tool is never deleted: what it sent stays."""

    form = ToolForm
    list_display = ("name", "client_id", "grading_mode_ceiling", "is_enabled", "created_at")
    list_filter = ("is_enabled", "grading_mode_ceiling")
    search_fields = ("name", "client_id", "deployment_id", "uuid")
    readonly_fields = ("sheet",)
    fieldsets = (
        (None, {"fields": ("name", "is_enabled", "grading_mode_ceiling")}),
        (_("The tool's side"), {"fields": ("oidc_login_url", "launch_url", "redirect_uris", "jwks_url", "public_key")}),
        (_("Who may use it"), {"fields": ("everywhere", "orgs", "courses")}),
        (_("For the tool's administrator"), {"fields": ("sheet",)}),
    )
    actions = ("enable", "disable", "fetch_key_sets")

    @admin.display(description=_("To type in on the tool's side"))
    def sheet(self, tool: LtiTool) -> SafeString | str:
        """Show the platform's side of the registration, once there is one."""
        if tool._state.adding:
            return str(_("Shown when the tool is saved."))
        return format_html_join("", "<div>{}: <code>{}</code></div>", asdict(registration_sheet(tool)).items())

    def save_model(self, request: HttpRequest, obj: LtiTool, form: ToolForm, change: bool) -> None:  # noqa: ARG002 - Django's signature
        """Save through the services, and let the page go on with the row that they wrote."""
        registration = registration_of(form.cleaned_data)
        places = checked_places(**places_from(form.cleaned_data))
        with transaction.atomic():
            if change:
                checked = checked_registration(**registration)
                row = change_tool(obj, registration=checked, is_enabled=form.cleaned_data["is_enabled"])
            else:
                row = register_tool(**registration)
                set_enabled([row], is_enabled=form.cleaned_data["is_enabled"])
            set_places(row, places=places)
        row.refresh_from_db()
        for field in row._meta.concrete_fields:
            setattr(obj, field.attname, getattr(row, field.attname))

    def has_delete_permission(self, request: HttpRequest, obj: LtiTool | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Disabling cuts a tool off at once; deleting would take its scores along."""
        return False

    @admin.action(description=_("Enable the selected tools"), permissions=["change"])
    def enable(self, request: HttpRequest, tools: QuerySet[LtiTool]) -> None:
        """Let them in again."""
        self._set_enabled(request, tools, is_enabled=True)

    @admin.action(description=_("Disable the selected tools"), permissions=["change"])
    def disable(self, request: HttpRequest, tools: QuerySet[LtiTool]) -> None:
        """Cut them off at once, tokens that they hold included."""
        self._set_enabled(request, tools, is_enabled=False)

    def _set_enabled(self, request: HttpRequest, tools: QuerySet[LtiTool], *, is_enabled: bool) -> None:
        for tool in tools.exclude(is_enabled=is_enabled):
            self.log_change(request, tool, [{"changed": {"fields": [str(_("is enabled"))]}}])
        count = set_enabled(tools, is_enabled=is_enabled)
        messages.success(request, ngettext("%d tool was changed.", "%d tools were changed.", count) % count)

    @admin.action(description=_("Fetch the key sets of the selected tools now"), permissions=["change"])
    def fetch_key_sets(self, request: HttpRequest, tools: QuerySet[LtiTool]) -> None:
        """Show whether the platform reaches a tool's key set, and what it finds there."""
        for tool in tools:
            if not tool.jwks_url:
                messages.info(request, _("%(tool)s has a stored key and no key set.") % {"tool": tool.name})
                continue
            try:
                count = refetch(tool.jwks_url, now=timezone.now())
            except KeySetUnavailable as error:
                messages.error(request, f"{tool.name}: {error.message}")
            else:
                found = ngettext("%(tool)s: %(count)d usable key.", "%(tool)s: %(count)d usable keys.", count)
                messages.success(request, found % {"tool": tool.name, "count": count})
