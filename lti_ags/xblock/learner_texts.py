"""What a learner reads about a score: each state in a plain sentence."""

from __future__ import annotations

from typing import Final

from django.utils.translation import ngettext

from lti_ags.constants import (
    ActivityProgress,
    GradeDecision,
    GradingProgress,
    MergePolicy,
    MissingItems,
    ScoreDecision,
)
from lti_ags.services.learner_view import LearnerGrade, LearnerScore
from lti_ags.xblock.rendering import Translate

_SEVERAL: Final = 2


def note_on_grade(grade: LearnerGrade, _: Translate) -> str:
    """Return what there is to say about the grade besides its number; often nothing."""
    notes = {
        GradeDecision.QUEUED: _("Your latest score is on its way to the gradebook."),
        GradeDecision.RETRYING: _("Your latest score is on its way to the gradebook."),
        GradeDecision.OVERRIDE_KEPT: _("The course team has set your score."),
        GradeDecision.NOT_ENROLLED: _("You are not enrolled in this course now, so the score is not recorded."),
        GradeDecision.STAFF_TRIAL: _("You are trying this out as a member of staff, so the score is not recorded."),
        GradeDecision.BLOCK_NOT_GRADED: _("This part of the course is not graded."),
        GradeDecision.GRADES_FROZEN: _("The course has ended, and its grades do not change any more."),
        GradeDecision.FAILED: _("Your score could not be recorded. The course team can see why."),
    }
    if not grade.scores and grade.points is not None and grade.decision is GradeDecision.PUBLISHED:
        return _("The tool does not list this score any more. It stays in the gradebook.")
    if _stands_before_late_work(grade):
        return _("Work that was handed in late has not changed this grade.")
    return notes.get(grade.decision, "")


def _stands_before_late_work(grade: LearnerGrade) -> bool:
    """Tell whether the grade is that of work in time, while all that the tool has sent since is late."""
    decisions = {score.decision for score in grade.scores}
    is_late = bool(decisions & {ScoreDecision.LATE_REFUSED.value, ScoreDecision.LATE_HELD.value})
    return is_late and grade.decision is GradeDecision.PUBLISHED and ScoreDecision.CONTRIBUTES.value not in decisions


def notes_on_merge(grade: LearnerGrade, _: Translate) -> list[str]:
    """Return how several scores make one grade; nothing where one item makes it."""
    counted = [score for score in grade.scores if score.decision != ScoreDecision.SUPERSEDED_ITEM.value]
    if len(counted) + grade.missing_count < _SEVERAL or not counted:
        return []
    notes = [
        {
            MergePolicy.LATEST: _("Your latest score counts."),
            MergePolicy.AVERAGE: _("The average of your scores counts."),
            MergePolicy.HIGHEST: _("Your highest score counts."),
            MergePolicy.TOTAL: _("The total of your points counts."),
        }[grade.merge_policy]
    ]
    if grade.missing_count:
        notes.append(_missing(grade))
    return notes


def _missing(grade: LearnerGrade) -> str:
    count = grade.missing_count
    if grade.merge_policy not in {MergePolicy.AVERAGE, MergePolicy.TOTAL}:
        return ngettext("%d part has no score yet.", "%d parts have no score yet.", count) % count
    if grade.missing_items is MissingItems.COUNT_AS_ZERO:
        singular = "%d part has no score yet and counts as zero until then."
        return ngettext(singular, "%d parts have no score yet and count as zero until then.", count) % count
    singular = "%d part has no score yet and is left out until then."
    return ngettext(singular, "%d parts have no score yet and are left out until then.", count) % count


def part_in_grade(score: LearnerScore, grade: LearnerGrade, _: Translate) -> str:
    """Return whether one of several scores is the grade; nothing where all that count are part of it."""
    if grade.merge_policy not in {MergePolicy.LATEST, MergePolicy.HIGHEST}:
        return ""
    if score.decision != ScoreDecision.CONTRIBUTES.value or score.makes_grade is None:
        return ""
    return _("This score counts.") if score.makes_grade else _("Another score counts instead of this one.")


def status_of(score: LearnerScore, _: Translate) -> str:
    """Return where a score stands: held back, not counted, or still being graded; nothing when it simply counts."""
    held = {
        "": _("Your score is on its way."),
        ScoreDecision.NOT_RELEASED.value: _("Graded. Your score is shown when the course team releases it."),
        ScoreDecision.LATE_REFUSED.value: _("Handed in after your due date, so it does not count."),
        ScoreDecision.LATE_HELD.value: _("Handed in after your due date. The course team decides whether it counts."),
        ScoreDecision.CLEARED.value: _("This score was taken back and does not count."),
        ScoreDecision.SUPERSEDED_ITEM.value: _(
            "This score does not count any more, since the course changed how it takes scores from the tool."
        ),
    }
    if score.decision in held:
        return held[score.decision]
    return "" if score.grading_progress is GradingProgress.FULLY_GRADED else _progress(score, _)


def _progress(score: LearnerScore, _: Translate) -> str:
    if score.grading_progress is GradingProgress.FAILED:
        return _("The tool could not grade this. Open it again, or ask the course team.")
    is_handed_in = score.activity_progress in {ActivityProgress.SUBMITTED, ActivityProgress.COMPLETED}
    if is_handed_in or score.grading_progress in {GradingProgress.PENDING, GradingProgress.PENDING_MANUAL}:
        return _("Submitted, being graded.")
    if score.activity_progress is ActivityProgress.INITIALIZED:
        return _("Not started.")
    return _("Started, not handed in yet.")
