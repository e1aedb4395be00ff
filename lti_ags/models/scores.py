"""What a tool last said about a learner."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lti_ags.constants import MAX_ID_LENGTH, ActivityProgress, GradingProgress, ScoreDecision
from lti_ags.models.contexts import LtiSubject
from lti_ags.models.fields import JsonTextField, check_constraint
from lti_ags.models.line_items import LtiAgsLineItem


class LtiAgsScore(models.Model):
    """
    The last accepted score message for one learner on one line item, and the last final score.

    Written by the score service. Unique by line item and subject. Saving one asks, by ``post_save``, for the
    publication of the learner's grade in the block.

    ``score_given`` and ``score_maximum`` are points as the tool sent them, finite; ``score_given`` >= 0 and may
    exceed the maximum. The ``final_`` columns repeat the last message that was ``FullyGraded`` with a score, and are
    empty when the tool cleared it, last at ``cleared_at``: a later ``Pending`` does not touch them. ``earlier_finals``
    holds those for works that were handed in before, one of which counts where the last work is late; each with
    ``given``, ``maximum``, ``timestamp``, ``submitted_at``, ``received_at``. NULL for none. ``started_at`` and
    ``submitted_at`` are the tool's, or derived as AGS 3.4.10 says. ``message_digest`` recognises an identical retry.
    ``is_late_accepted``: staff accepted the work of the last final score though it was late, which says nothing about
    work that is handed in later. ``received_at`` and ``final_received_at`` are the platform's clock, at the last
    message and at the last final score.

    .. pii: a score and the tool's comment about a learner.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    line_item = models.ForeignKey(
        LtiAgsLineItem, on_delete=models.CASCADE, related_name="scores", verbose_name=_("line item")
    )
    subject = models.ForeignKey(LtiSubject, on_delete=models.CASCADE, related_name="scores", verbose_name=_("subject"))
    timestamp = models.DateTimeField(_("timestamp"))
    activity_progress = models.CharField(
        _("activity progress"), max_length=16, choices=[(value.value, value.value) for value in ActivityProgress]
    )
    grading_progress = models.CharField(
        _("grading progress"), max_length=16, choices=[(value.value, value.value) for value in GradingProgress]
    )
    score_given = models.FloatField(_("score given"), null=True, blank=True)
    score_maximum = models.FloatField(_("score maximum"), null=True, blank=True)
    comment = models.TextField(blank=True, default="")
    scoring_user_id = models.CharField(_("scoring user id"), max_length=MAX_ID_LENGTH, blank=True, default="")
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    message_digest = models.CharField(max_length=64)

    final_score_given = models.FloatField(_("final score given"), null=True, blank=True)
    final_score_maximum = models.FloatField(_("final score maximum"), null=True, blank=True)
    final_timestamp = models.DateTimeField(_("final timestamp"), null=True, blank=True)
    final_submitted_at = models.DateTimeField(null=True, blank=True)
    final_received_at = models.DateTimeField(null=True, blank=True)
    earlier_finals: models.Field[list[dict[str, Any]] | None, list[dict[str, Any]] | None] = JsonTextField(
        _("scores for earlier work"), null=True, blank=True
    )
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)

    decision = models.CharField(
        _("decision"),
        max_length=24,
        blank=True,
        default="",
        choices=[(value.value, value.value) for value in ScoreDecision],
    )
    is_late_accepted = models.BooleanField(_("is late accepted"), default=False)
    is_released = models.BooleanField(_("is released"), default=False)
    delivery_uuid = models.UUIDField(_("delivery id"), default=uuid.uuid4)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        """One row for a learner on an item, also when two first scores arrive at once."""

        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["line_item", "subject"], name="lti_ags_score_item_subject_uniq"),
            check_constraint(
                Q(score_given__isnull=True) | Q(score_given__gte=0), name="lti_ags_score_given_not_negative"
            ),
            check_constraint(
                Q(score_maximum__isnull=True) | Q(score_maximum__gt=0), name="lti_ags_score_maximum_positive"
            ),
            check_constraint(
                Q(final_score_given__isnull=True) | Q(final_score_maximum__gt=0), name="lti_ags_score_final_complete"
            ),
        ]
        indexes = [models.Index(fields=["line_item", "id"], name="lti_ags_score_item_order")]

    def __str__(self) -> str:
        return f"score {self.pk} on line item {self.line_item_id}"
