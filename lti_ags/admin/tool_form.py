"""The form of a tool's registration, as the operator types it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lti_ags.exceptions import MalformedRequest
from lti_ags.models import LtiTool
from lti_ags.services.registrations import ADDRESS_LABELS, Registration, find_faults
from lti_ags.services.tools import Place, checked_places, places_of

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[LtiTool]
else:
    _ModelForm = forms.ModelForm

#: URLs are longer than names.
_WIDE = forms.TextInput(attrs={"class": "vLargeTextField"})


class LinesField(forms.CharField):
    """Several values, one on each line."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 80})

    def prepare_value(self, value: Any) -> str:
        """Show one on each line."""
        return value if isinstance(value, str) else "\n".join(value or ())

    def clean(self, value: Any) -> Any:
        """Return the lines that are not blank."""
        return _lines(str(super().clean(value)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lines: Django would compare a list with a text, and call every form changed."""
        return list(initial or ()) != _lines(data or "")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class ToolForm(_ModelForm):
    """A registration as the operator types it; what it must be like is said in one place, the service."""

    oidc_login_url = forms.CharField(label=ADDRESS_LABELS["oidc_login_url"], widget=_WIDE)
    launch_url = forms.CharField(label=ADDRESS_LABELS["launch_url"], widget=_WIDE)
    redirect_uris = LinesField(
        label=ADDRESS_LABELS["redirect_uris"],
        required=False,
        help_text=_("One on each line, exactly as the tool will ask for them; none means the launch URL."),
    )
    jwks_url = forms.CharField(
        label=ADDRESS_LABELS["jwks_url"], required=False, widget=_WIDE, help_text=_("Or else the public key below.")
    )
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
        labels = {
            "name": _("Name"),
            "is_enabled": _("Enabled"),
            "grading_mode_ceiling": _("The most that authors may let it do"),
        }

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
        if self.errors:
            return cleaned
        for fault in find_faults(registration_from(cleaned)):
            self.add_error(fault.field, fault.message)
        try:
            checked_places(**places_from(cleaned))
        except MalformedRequest as fault:
            self.add_error(fault.field, fault.message)
        return cleaned


def registration_from(cleaned: Mapping[str, Any]) -> Registration:
    """Return what the form says about the tool, as the service takes it."""
    return Registration(**{field.name: cleaned[field.name] for field in fields(Registration)})


def places_from(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return where the form says that the tool may be used, as the service takes it."""
    return {name: cleaned[name] for name in ("everywhere", "orgs", "courses")}
