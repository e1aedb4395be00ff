"""What staff do to several grades of a block at once."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lti_ags.constants import StaffAction
from lti_ags.models.configurations import LtiConfiguration
from lti_ags.models.fields import JsonTextField, check_constraint


class LtiAgsBulkAction(models.Model):
    """
    One action that a member of staff confirmed for one or many grades of a block, and how far it is.

    Written by the bulk action services. ``uuid`` was on the form that was confirmed, so that a form that is sent twice
    makes one row. ``grade_ids`` are the chosen grades in the order in which they are worked off, and never change;
    ``done`` of ``total`` is the position in them. ``changed``, ``left_alone`` and ``failed`` add up to ``done``; the
    latter two count by ``ActionReason``, and ``failed_ids`` are the first of the failed. ``claim`` and
    ``claimed_until`` are the lease of the process that works on it. Retention is ``LTI_AGS_EVENT_RETENTION_DAYS``.

    .. pii: which member of staff acted on which learners' grades, by ids.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    configuration = models.ForeignKey(LtiConfiguration, on_delete=models.CASCADE, related_name="bulk_actions")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=24, choices=[(value.value, value.value) for value in StaffAction])
    grade_ids: models.Field[list[int], list[int]] = JsonTextField(default=list)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left_alone: models.Field[dict[str, int], dict[str, int]] = JsonTextField(default=dict, blank=True)
    failed: models.Field[dict[str, int], dict[str, int]] = JsonTextField(default=dict, blank=True)
    failed_ids: models.Field[list[int], list[int]] = JsonTextField(default=list, blank=True)
    claim = models.CharField(max_length=36, blank=True, default="")
    claimed_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        """Newest last."""

        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        constraints = [
            check_constraint(Q(done__lte=F("total")), name="lti_ags_bulk_action_done_in_total"),
        ]

    def __str__(self) -> str:
        return f"{self.action} of {self.total} grades"
