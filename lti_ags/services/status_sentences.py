"""
The plain words for where a grade stands, for what a tool said, and for an entry in a grade's history; for staff.

The codes are in ``lti_ags.constants`` and ``staff_tables``; a test holds that each has its words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lti_ags.constants import AFTER_RESTORE, ActivityProgress, EventKind, GradeDecision, GradingProgress, StaffAction
from lti_ags.services.action_sentences import words_for_action
from lti_ags.services.sentences import sentence_for_staff
from lti_ags.services.staff_tables import GradeStatus

_STATUSES: Final[Mapping[GradeStatus, str | Promise]] = {
    GradeStatus.PROBLEM: gettext_lazy("Problem"),
    GradeStatus.LATE: gettext_lazy("Late, held for you"),
    GradeStatus.UNRELEASED: gettext_lazy("Waiting for release"),
    GradeStatus.BEING_GRADED: gettext_lazy("Being graded"),
    GradeStatus.ON_ITS_WAY: gettext_lazy("On its way"),
    GradeStatus.BY_HAND: gettext_lazy("Changed by hand"),
    GradeStatus.NOT_COUNTED: gettext_lazy("Does not count"),
    GradeStatus.GRADED: gettext_lazy("Graded"),
    GradeStatus.NO_GRADE: gettext_lazy("No grade"),
}

_ACTIVITY: Final[Mapping[ActivityProgress, str | Promise]] = {
    ActivityProgress.INITIALIZED: gettext_lazy("not started"),
    ActivityProgress.STARTED: gettext_lazy("started"),
    ActivityProgress.IN_PROGRESS: gettext_lazy("in progress"),
    ActivityProgress.SUBMITTED: gettext_lazy("handed in"),
    ActivityProgress.COMPLETED: gettext_lazy("completed"),
}

_GRADING: Final[Mapping[GradingProgress, str | Promise]] = {
    GradingProgress.FULLY_GRADED: gettext_lazy("fully graded"),
    GradingProgress.PENDING: gettext_lazy("grading goes on"),
    GradingProgress.PENDING_MANUAL: gettext_lazy("a person has to grade it"),
    GradingProgress.FAILED: gettext_lazy("grading failed"),
    GradingProgress.NOT_READY: gettext_lazy("nothing to grade yet"),
}


def words_for_status(status: GradeStatus) -> str:
    """Return what a status is called, in the active language."""
    return str(_STATUSES[status])


def words_for_activity(progress: str) -> str:
    """Return how far the learner is; what is no word of the specification stays as it is."""
    return str(_ACTIVITY[ActivityProgress(progress)]) if progress in set(ActivityProgress) else progress


def words_for_grading(progress: str) -> str:
    """Return how far the grading is; what is no word of the specification stays as it is."""
    return str(_GRADING[GradingProgress(progress)]) if progress in set(GradingProgress) else progress


def number_words(value: float) -> str:
    """Write points for people: two decimals at most, in their language."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return number_format(text, use_l10n=True)


def number_of(value: object) -> float | None:
    """Return a finite number that came as JSON; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def points_words(earned: float | None, possible: float | None) -> str:
    """Write points of a maximum; an empty string where there are none."""
    if earned is None or possible is None:
        return ""
    return _("%(earned)s of %(possible)s") % {"earned": number_words(earned), "possible": number_words(possible)}


def sentence_for_event(kind: str, details: Mapping[str, Any]) -> str:
    """Say what an entry in the history of a grade tells, in the active language."""
    points = points_words(number_of(details.get("earned")), number_of(details.get("possible")))
    if kind == EventKind.STAFF_ACTION.value:
        return _action_sentence(str(details.get("action", "")))
    if kind == EventKind.CHANGED_BY_STAFF.value and not points:
        return _("The course team deleted the grade in the gradebook.")
    if kind == EventKind.CHANGED_BY_STAFF.value:
        return _("The course team set the grade by hand: %(points)s points.") % {"points": points}
    if kind == EventKind.FAILED.value:
        decision = GradeDecision.RETRYING if details.get("will_retry") else GradeDecision.FAILED
        return sentence_for_staff(decision.value)
    if kind == EventKind.PUBLISHED.value and points:
        return _("The gradebook took the grade: %(points)s points.") % {"points": points}
    return sentence_for_staff(str(details.get("decision", "")))


def _action_sentence(action: str) -> str:
    if action == AFTER_RESTORE:
        return _("A backup of the site was restored, so the grade is compared with the gradebook and published again.")
    name = str(words_for_action(StaffAction(action)).name) if action in set(StaffAction) else action
    return _("The course team chose: %(action)s.") % {"action": name}
