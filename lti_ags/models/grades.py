"""The one number for a learner in a block that we publish to the LMS."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lti_ags.constants import GradeDecision
from lti_ags.models.configurations import LtiConfiguration
from lti_ags.models.contexts import LtiSubject
from lti_ags.models.fields import JsonTextField, check_constraint


class LtiAgsGrade(models.Model):
    """
    The grade of one learner in one block, and the state of its publication: the outbox.

    Written by the receiver of ``LtiAgsScore``, which raises ``wanted_version``, and by the publisher. Unique by
    configuration and subject. ``ratio`` is the merged value in [0, 1], or None when no score contributes.

    Publication (ADR 0003): a row with ``next_attempt_at`` is waiting, overdue once that has passed. ``claim`` and
    ``claimed_until`` are the lease of the process that publishes now. ``intents`` are the values that a publisher was
    about to write and has not yet recorded (``lti_ags.services.intents``); whatever the LMS holds that is neither the
    published value nor one of these was written by somebody else. ``published_earned`` and ``published_possible`` are
    what the LMS held after our last publication, begun at ``published_at``; both None after a clear.
    ``override_earned`` and ``override_possible`` are a value that staff are known to have set. ``completion`` is what
    we last told the LMS, 0.0 or 1.0. ``needs_attention``: the last contributing line item was deleted.

    .. pii: a learner's grade.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    configuration = models.ForeignKey(
        LtiConfiguration, on_delete=models.PROTECT, related_name="grades", verbose_name=_("configuration")
    )
    subject = models.ForeignKey(LtiSubject, on_delete=models.CASCADE, related_name="grades", verbose_name=_("subject"))
    ratio = models.FloatField(_("ratio"), null=True, blank=True)
    decision = models.CharField(
        _("decision"),
        max_length=24,
        blank=True,
        default="",
        choices=[(value.value, value.value) for value in GradeDecision],
    )
    wanted_version = models.BigIntegerField(_("wanted version"), default=0)
    published_version = models.BigIntegerField(_("published version"), default=0)
    claim = models.CharField(max_length=36, blank=True, default="")
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    revision = models.BigIntegerField(default=0)
    intents: models.Field[list[dict[str, Any]], list[dict[str, Any]]] = JsonTextField(default=list, blank=True)
    published_earned = models.FloatField(null=True, blank=True)
    published_possible = models.FloatField(null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    override_earned = models.FloatField(_("override earned"), null=True, blank=True)
    override_possible = models.FloatField(_("override possible"), null=True, blank=True)
    overridden_at = models.DateTimeField(_("overridden at"), null=True, blank=True)
    completion = models.FloatField(_("completion"), null=True, blank=True)
    attempts = models.IntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True, db_index=True)
    last_error = models.TextField(_("last error"), blank=True, default="")
    needs_attention = models.BooleanField(_("needs attention"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    modified_at = models.DateTimeField(_("modified at"), auto_now=True)

    class Meta:
        """One row for a learner in a block, also when two items are scored at once."""

        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        constraints = [
            models.UniqueConstraint(fields=["configuration", "subject"], name="lti_ags_grade_config_subject_uniq"),
            check_constraint(
                Q(ratio__isnull=True) | (Q(ratio__gte=0) & Q(ratio__lte=1)), name="lti_ags_grade_ratio_range"
            ),
            check_constraint(
                Q(published_earned__isnull=True) | Q(published_possible__gt=0), name="lti_ags_grade_published_complete"
            ),
        ]
        indexes = [models.Index(fields=["configuration", "decision"], name="lti_ags_grade_config_decision")]

    def __str__(self) -> str:
        return f"grade {self.pk}"
