"""
What the author of a block chose in Studio, as the tool's requests need it.

The block's fields are the author's word; a row here is the database's copy of the published ones. It can be made again
from the block at any time, so nothing is kept here that the block does not say, except what happened to the block.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField

from lti_ags.constants import (
    GradingMode,
    LatePolicy,
    MergePolicy,
    MissingItems,
    OverridePolicy,
    ReleasePolicy,
)
from lti_ags.models.fields import DigestField, check_constraint
from lti_ags.models.tools import GRADING_MODE_CHOICES, LtiTool

MERGE_CHOICES = [
    (MergePolicy.LATEST.value, _("The latest score")),
    (MergePolicy.AVERAGE.value, _("The average of the scores")),
    (MergePolicy.HIGHEST.value, _("The highest score")),
    (MergePolicy.TOTAL.value, _("The total of the points")),
]
MISSING_CHOICES = [
    (MissingItems.LEAVE_OUT.value, _("Leave items without a score out")),
    (MissingItems.COUNT_AS_ZERO.value, _("Count items without a score as zero")),
]
LATE_CHOICES = [
    (LatePolicy.ACCEPT.value, _("Accept late work")),
    (LatePolicy.REFUSE.value, _("Do not count late work")),
    (LatePolicy.ASK.value, _("Hold late work until the course team accepts it")),
]
OVERRIDE_CHOICES = [
    (OverridePolicy.KEEP.value, _("Keep the course team's score")),
    (OverridePolicy.RAISE.value, _("Let the tool raise the course team's score")),
    (OverridePolicy.REPLACE.value, _("Let the tool replace the course team's score")),
]
RELEASE_CHOICES = [
    (ReleasePolicy.AT_ONCE.value, _("At once")),
    (ReleasePolicy.HOLD.value, _("When the course team or the tool releases them")),
]


class LtiConfiguration(models.Model):
    """
    One block that launches a tool, as its author last published it.

    Written by the configuration service when the course is published, and at launch where that was missed. Unique by
    ``location`` among the blocks that are not replaced. Saving one in declarative mode makes sure, by ``post_save``,
    that its platform-made line item is there and says what the block says.

    ``grading_mode`` is the author's choice within the tool's ceiling. ``score_maximum``: the block's weight, points.
    ``grace_seconds`` is added to a due date. ``removed_at``: the published course no longer has the block; it may come
    back. ``replaced_at``: another block came back under the same key, and what this one earned is not the new one's.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    location = UsageKeyField(_("location"), max_length=255)
    identity_digest = DigestField(of="identity")
    course_key = CourseKeyField(_("course key"), max_length=255)
    course_key_digest = DigestField(of="course_key", db_index=True)
    tool = models.ForeignKey(
        LtiTool, on_delete=models.PROTECT, null=True, blank=True, related_name="configurations", verbose_name=_("tool")
    )

    grading_mode = models.CharField(
        _("grading mode"), max_length=16, choices=GRADING_MODE_CHOICES, default=GradingMode.DECLARATIVE.value
    )
    is_graded = models.BooleanField(_("is graded"), default=True)
    merge_policy = models.CharField(
        _("merge policy"), max_length=16, choices=MERGE_CHOICES, default=MergePolicy.LATEST.value
    )
    missing_items = models.CharField(
        _("missing items"), max_length=16, choices=MISSING_CHOICES, default=MissingItems.LEAVE_OUT.value
    )
    late_policy = models.CharField(
        _("late policy"), max_length=16, choices=LATE_CHOICES, default=LatePolicy.ACCEPT.value
    )
    override_policy = models.CharField(
        _("override policy"), max_length=16, choices=OVERRIDE_CHOICES, default=OverridePolicy.KEEP.value
    )
    release_policy = models.CharField(
        _("release policy"), max_length=16, choices=RELEASE_CHOICES, default=ReleasePolicy.AT_ONCE.value
    )

    title = models.CharField(_("title"), max_length=1000, default="")
    score_maximum = models.FloatField(_("score maximum"), default=1.0)
    start_date_time = models.DateTimeField(_("start date time"), null=True, blank=True)
    end_date_time = models.DateTimeField(_("end date time"), null=True, blank=True)
    grace_seconds = models.FloatField(_("grace seconds"), default=0.0)

    origin_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    modified_at = models.DateTimeField(_("modified at"), auto_now=True)

    class Meta:
        """One row for a block. Ratios are multiplied with the maximum: zero or less would lose every score."""

        verbose_name = _("LTI configuration")
        verbose_name_plural = _("LTI configurations")
        constraints = [
            models.UniqueConstraint(fields=["identity_digest"], name="lti_ags_configuration_location_uniq"),
            check_constraint(Q(score_maximum__gt=0), name="lti_ags_configuration_maximum_positive"),
            check_constraint(Q(grace_seconds__gte=0), name="lti_ags_configuration_grace_not_negative"),
        ]
        indexes = [
            models.Index(fields=["tool", "course_key_digest", "grading_mode"], name="lti_ags_config_tool_course"),
        ]

    def __str__(self) -> str:
        return str(self.location)

    @property
    def identity(self) -> str:
        """The block's key; with the row's own UUID once another block has taken the key over."""
        return str(self.location) if self.replaced_at is None else f"{self.location}#{self.uuid}"

    @property
    def is_declarative(self) -> bool:
        """Whether the platform makes the one line item and the tool only pushes scores."""
        return self.grading_mode == GradingMode.DECLARATIVE.value
