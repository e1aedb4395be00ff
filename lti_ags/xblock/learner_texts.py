"""What a learner reads about a score: each state in a plain sentence."""

from __future__ import annotations

from lti_ags.constants import (
    ActivityProgress,
    GradeDecision,
    GradingProgress,
    MergePolicy,
    ScoreDecision,
)
from lti_ags.services.learner_view import LearnerGrade, LearnerScore
from lti_ags.xblock.rendering import Translate


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
    return notes.get(grade.decision, "")


def note_on_merge(grade: LearnerGrade, _: Translate) -> str:
    """Return how several scores make one grade; nothing where there is one."""
    if len(grade.scores) < 2:
        return ""
    return {
        MergePolicy.LATEST.value: _("Your latest score counts."),
        MergePolicy.AVERAGE.value: _("The average of your scores counts."),
        MergePolicy.HIGHEST.value: _("Your highest score counts."),
        MergePolicy.TOTAL.value: _("The total of your points counts."),
    }.get(grade.merge_policy, "")


def status_of(score: LearnerScore, _: Translate) -> str:
    """Return where a score stands: held back, not counted, or still being graded; nothing when it simply counts."""
    held = {
        "": _("Your score is on its way."),
        ScoreDecision.NOT_RELEASED.value: _("Graded. Your score is shown when the course team releases it."),
        ScoreDecision.LATE_REFUSED.value: _("Handed in after your due date, so it does not count."),
        ScoreDecision.LATE_HELD.value: _("Handed in after your due date. The course team decides whether it counts."),
        ScoreDecision.CLEARED.value: _("The tool has taken this score back."),
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
