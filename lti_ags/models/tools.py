"""The tools that the site knows, and where each may be used."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lti_ags.constants import MAX_ID_LENGTH, GradingMode
from lti_ags.models.fields import DigestField, check_constraint

GRADING_MODE_CHOICES = [
    (GradingMode.DECLARATIVE.value, _("Only allow tools to push a single grade per student")),
    (GradingMode.PROGRAMMATIC.value, _("Allow tools to manage their own grades")),
]


def new_identifier() -> str:
    """Return a fresh opaque id, as ``client_id`` and ``deployment_id`` are made."""
    return str(uuid.uuid4())


class LtiTool(models.Model):
    """
    One registration of an external tool: one ``client_id`` with one ``deployment_id``.

    Written by the registration service and the admin. Unique by ``client_id``, by ``deployment_id`` and by ``uuid``,
    which is how a block names it.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    name = models.CharField(_("name"), max_length=255)
    client_id = models.CharField(_("client id"), max_length=MAX_ID_LENGTH, unique=True, default=new_identifier)
    deployment_id = models.CharField(max_length=MAX_ID_LENGTH, unique=True, default=new_identifier)
    oidc_login_url = models.TextField()
    launch_url = models.TextField()
    redirect_uris = models.JSONField(default=list)
    jwks_url = models.TextField(blank=True, default="")
    public_key = models.TextField(blank=True, default="")
    grading_mode_ceiling = models.CharField(
        _("grading mode ceiling"), max_length=16, choices=GRADING_MODE_CHOICES, default=GradingMode.PROGRAMMATIC.value
    )
    is_enabled = models.BooleanField(_("is enabled"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)

    class Meta:
        """Exactly one source of the tool's public key."""

        verbose_name = _("LTI tool")
        verbose_name_plural = _("LTI tools")
        constraints = [
            check_constraint(
                (Q(jwks_url="") & ~Q(public_key="")) | (~Q(jwks_url="") & Q(public_key="")),
                name="lti_ags_tool_one_key_source",
            )
        ]

    def __str__(self) -> str:
        return self.name


class LtiToolAvailability(models.Model):
    """
    One place where a tool may be used: the whole site, an organisation, or a course.

    Written by the registration service, the admin, and by the course's own authors for their course. Both ``org`` and
    ``course_key`` (the key as text) blank means the whole site. Unique by tool and place.

    .. no_pii:
    """

    tool = models.ForeignKey(LtiTool, on_delete=models.CASCADE, related_name="availabilities")
    org = models.CharField(max_length=255, blank=True, default="")
    course_key = models.CharField(max_length=255, blank=True, default="")
    place_digest = DigestField(of="place")

    class Meta:
        """A place is named once for each tool, and is an organisation or a course but not both."""

        verbose_name = _("LTI tool availability")
        verbose_name_plural = _("LTI tool availabilities")
        constraints = [
            models.UniqueConstraint(fields=["tool", "place_digest"], name="lti_ags_availability_place_uniq"),
            check_constraint(Q(org="") | Q(course_key=""), name="lti_ags_availability_one_place"),
        ]

    def __str__(self) -> str:
        return self.place or "*"

    @property
    def place(self) -> str:
        """``course:<key>``, ``org:<org>``, or an empty string for the whole site."""
        if self.course_key:
            return f"course:{self.course_key}"
        return f"org:{self.org}" if self.org else ""
