"""The line items of a block with one learner's scores: read, merged, and told what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Max

from lti_ags.constants import (
    ActivityProgress,
    GradingMode,
    LatePolicy,
    MergePolicy,
    MissingItems,
    OverridePolicy,
    ReleasePolicy,
    ScoreDecision,
)
from lti_ags.data import LinkedItem, MergedGrade, Policies
from lti_ags.domain.merging import LATE, merge_scores
from lti_ags.domain.scores import HANDED_IN
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiConfiguration
from lti_ags.models.prepared import PreparedQuery
from lti_ags.services.score_rows import earlier_of, final_of

_LIVE_ITEMS: Final = PreparedQuery(
    LtiAgsLineItem,
    lambda configuration_id, tool_id: LtiAgsLineItem.objects.filter(
        lti_configuration_id=configuration_id, deleted_at=None, context__tool_id=tool_id
    ),
)
_SCORES: Final = PreparedQuery(
    LtiAgsScore,
    lambda subject_id, configuration_id: LtiAgsScore.objects.filter(
        subject_id=subject_id, line_item__lti_configuration_id=configuration_id
    ).order_by("pk"),
)


@dataclass(frozen=True, slots=True)
class Contributions:
    """
    What counts toward one learner's grade in one block: live linked items, and the scores on them by item.

    ``apart``: scores on items that were linked once, and are deleted or belong to the block's former tool.
    """

    items: tuple[LinkedItem, ...]
    scores: Mapping[int, LtiAgsScore]
    apart: tuple[LtiAgsScore, ...]

    def merge(self, policies: Policies, *, due_at: datetime | None) -> MergedGrade:
        """Apply the merge, late and release policies."""
        return merge_scores(self.items, policies=policies, due_at=due_at)

    def write_decisions(self, merged: MergedGrade) -> None:
        """Bring the decision of each score up to date, without asking for another publication."""
        for line_item_id, decision in merged.decisions.items():
            _write_decision(self.scores[line_item_id], decision)
        for score in self.apart:
            _write_decision(score, ScoreDecision.UNLINKED)

    def received_before(self, moment: datetime | None) -> list[LtiAgsScore]:
        """Return the final scores that were received up to ``moment``."""
        return [
            score
            for score in self.scores.values()
            if moment is None or (score.final_received_at is not None and score.final_received_at <= moment)
        ]

    def last_deleted_at(self) -> datetime | None:
        """Return when the last of the line items was deleted that the learner has a final score on, or None."""
        graded = [score.line_item_id for score in self.apart if score.final_score_given is not None]
        if not graded:
            return None
        last: datetime | None = LtiAgsLineItem.objects.filter(pk__in=graded).aggregate(at=Max("deleted_at"))["at"]
        return last

    def last_late_at(self, merged: MergedGrade) -> datetime | None:
        """Return when the youngest of the final scores was received that are late and do not count, or None."""
        times = (
            self.scores[line_item_id].final_received_at
            for line_item_id, decision in merged.decisions.items()
            if decision in LATE
        )
        return max((time for time in times if time is not None), default=None)

    def last_cleared_at(self, merged: MergedGrade) -> datetime | None:
        """Return when the tool last took a score back on a line item that counts, or None."""
        times = (
            self.scores[line_item_id].cleared_at
            for line_item_id, decision in merged.decisions.items()
            if decision is ScoreDecision.CLEARED
        )
        return max((time for time in times if time is not None), default=None)

    def completion(self) -> float | None:
        """Return 1.0 for work handed in or graded, 0.0 for an attempt that was taken back, None for neither."""
        scores = self.scores.values()
        if any(score.activity_progress in HANDED_IN or score.final_score_given is not None for score in scores):
            return 1.0
        if any(score.activity_progress == ActivityProgress.INITIALIZED.value and score.cleared_at for score in scores):
            return 0.0
        return None


def read_contributions(grade: LtiAgsGrade) -> Contributions:
    """Read the live line items that the block's tool has linked to it, with the learner's scores: two statements."""
    configuration = grade.configuration
    # A block without a tool has no items that count.
    rows = [] if configuration.tool_id is None else _LIVE_ITEMS.all(configuration.pk, configuration.tool_id)
    scores = {score.line_item_id: score for score in _SCORES.all(grade.subject_id, configuration.pk)}
    items = tuple(_linked_item(row, scores.get(row.pk)) for row in rows)
    live = {item.line_item_id for item in items}
    return Contributions(
        items=items,
        scores={line_item_id: score for line_item_id, score in scores.items() if line_item_id in live},
        apart=tuple(score for line_item_id, score in scores.items() if line_item_id not in live),
    )


def bring_back_platform_item(grade: LtiAgsGrade, contributions: Contributions) -> bool:
    """
    Make the block's platform-made item live again if it was retired while the learner's score was on its way to it.

    An author who leaves declarative mode retires the item only if it has no scores, and nobody can delete it: with a
    score it was to stay. Mending that here, where it is seldom needed, spares every first score a look at its item.

    Returns:
        Whether it was retired, so that ``contributions`` are to be read again.
    """
    if not contributions.apart:
        return False
    items = LtiAgsLineItem.objects.filter(
        pk__in=[score.line_item_id for score in contributions.apart],
        platform_item_of_id=grade.configuration_id,
        deleted_at__isnull=False,
    )
    return items.update(deleted_at=None) > 0


def policies_of(configuration: LtiConfiguration) -> Policies:
    """Return the author's choices of a block as the rules take them."""
    return Policies(
        grading_mode=GradingMode(configuration.grading_mode),
        merge=MergePolicy(configuration.merge_policy),
        missing_items=MissingItems(configuration.missing_items),
        late=LatePolicy(configuration.late_policy),
        override=OverridePolicy(configuration.override_policy),
        release=ReleasePolicy(configuration.release_policy),
    )


def _linked_item(row: LtiAgsLineItem, score: LtiAgsScore | None) -> LinkedItem:
    return LinkedItem(
        line_item_id=row.pk,
        score_maximum=row.score_maximum,
        is_platform_made=row.is_platform_made,
        grades_released=row.grades_released,
        final=None if score is None else final_of(score),
        earlier=() if score is None else earlier_of(score),
        is_cleared=score is not None and score.cleared_at is not None,
        is_late_accepted=score is not None and score.is_late_accepted,
        is_released=score is not None and score.is_released,
    )


def _write_decision(score: LtiAgsScore, decision: ScoreDecision) -> None:
    """Write one decision, if it is another than before."""
    if score.decision != decision.value:
        LtiAgsScore.objects.filter(pk=score.pk).update(decision=decision.value)
