"""What tools last said about learners. Nobody edits a score: staff of a course change grades, and that is recorded."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lti_ags.admin.columns import DecisionMeaning, exact_points
from lti_ags.admin.look_up import Way, line_item_ids, line_item_in, named, score_ids_of_delivery, subject_ids
from lti_ags.admin.reading import LatestChoice, ReadingAdmin
from lti_ags.constants import GradingProgress, ScoreDecision
from lti_ags.models import LtiAgsScore


class ScoreDecisionChoice(LatestChoice):
    """What became of a score."""

    title = _("decision")
    parameter_name = "decision"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        """By the decision's code."""
        return {decision.value: (decision.value, Q(decision=decision.value)) for decision in ScoreDecision}


class GradingProgressChoice(LatestChoice):
    """How far the tool is."""

    title = _("grading progress")
    parameter_name = "grading"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        """By the tool's word."""
        return {word.value: (word.value, Q(grading_progress=word.value)) for word in GradingProgress}


@admin.register(LtiAgsScore)
class LtiAgsScoreAdmin(DecisionMeaning, ReadingAdmin):
    """Look up."""

    list_display = ("id", "subject", "line_item", "points", "grading_progress", "decision", "received_at")
    list_select_related = ("subject", "line_item")
    list_filter = (ScoreDecisionChoice, GradingProgressChoice)
    search_help_text = _(
        "A learner's id as tools know it, a user name, a delivery id, a usage key, a course key, a line item's number "
        "or URL, or a tool."
    )
    fields = (
        "id", "line_item", "subject", "decision", "meaning", "timestamp", "activity_progress", "grading_progress",
        "score_given", "score_maximum", "final_score_given", "final_score_maximum", "final_timestamp",
        "earlier_finals", "cleared_at", "started_at", "submitted_at", "scoring_user_id", "is_late_accepted",
        "is_released", "delivery_uuid", "created_at", "received_at",
    )  # fmt: skip

    def ways(self, text: str) -> Iterator[Way]:
        """By line item, delivery, learner, block, course, or tool."""
        number = line_item_in(text)
        if number is not None:
            yield Way("line_item_id", [number])
        yield from named(pk=score_ids_of_delivery(text))
        yield from named(subject_id=subject_ids(text))
        yield from named(line_item_id=line_item_ids(text))

    @admin.display(description=_("points"))
    def points(self, score: LtiAgsScore) -> str:
        """What the tool gave, and of how many."""
        return exact_points(score.score_given, score.score_maximum, missing=str(_("none")))
