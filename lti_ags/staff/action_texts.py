"""The sentences with numbers and names on the pages of actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lti_ags.data import ActionOutlook, BulkProgress
from lti_ags.models import LtiAgsGrade
from lti_ags.services.action_sentences import sentence_for_reason
from lti_ags.services.staff_rows import names_of

#: So many learners are named; the others are counted.
_MOST_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class NamedLearner:
    """A learner as a page names them; ``full_name`` is empty where they gave none."""

    grade_id: int
    username: str
    full_name: str


@dataclass(frozen=True, slots=True)
class NamedLearners:
    """The first of some learners, and a sentence about the others, empty where there are none."""

    named: Sequence[NamedLearner]
    others: str


def learners_named(grade_ids: Sequence[int]) -> NamedLearners:
    """Name the learners of some grades."""
    shown = LtiAgsGrade.objects.filter(pk__in=grade_ids[:_MOST_NAMED]).select_related("subject__user").order_by("pk")
    rows = [(grade.pk, grade.subject.user) for grade in shown]
    names = names_of(user for _pk, user in rows)
    named = [NamedLearner(pk, user.get_username(), names[user.pk]) for pk, user in rows]
    number = len(grade_ids) - _MOST_NAMED
    others = ngettext("And %(number)s other.", "And %(number)s others.", number) % {"number": number}
    return NamedLearners(named, others if number > 0 else "")


def outlook_text(outlook: ActionOutlook) -> str:
    """Say for how many of the chosen learners something changes."""
    values = {"total": outlook.total, "changes": outlook.changes}
    if not outlook.changes:
        return (
            ngettext(
                "You have chosen %(total)s learner, and nothing would change.",
                "You have chosen %(total)s learners, and nothing would change for any of them.",
                outlook.total,
            )
            % values
        )
    if outlook.changes == outlook.total:
        return (
            ngettext(
                "This will be done for %(total)s learner.", "This will be done for %(total)s learners.", outlook.total
            )
            % values
        )
    return (
        ngettext(
            "This will change the grade of %(changes)s of the %(total)s learners you have chosen.",
            "This will change the grades of %(changes)s of the %(total)s learners you have chosen.",
            outlook.changes,
        )
        % values
    )


def status_text(progress: BulkProgress) -> str:
    """Say how far an action is."""
    failed = sum(progress.failed.values())
    values = {"done": progress.done, "total": progress.total, "changed": progress.changed, "failed": failed}
    if not progress.is_finished:
        if progress.is_stalled:
            return _("Stopped after %(done)s of %(total)s learners. Press “Go on”, and the rest is done.") % values
        return _("At work: %(done)s of %(total)s learners are done.") % values
    if failed:
        return (
            ngettext(
                "Finished: %(changed)s of %(total)s grade changed, %(failed)s failed.",
                "Finished: %(changed)s of %(total)s grades changed, %(failed)s failed.",
                progress.total,
            )
            % values
        )
    return (
        ngettext(
            "Done: %(changed)s of %(total)s grade changed.",
            "Done: %(changed)s of %(total)s grades changed.",
            progress.total,
        )
        % values
    )


def counts_by_reason(counts: Mapping[str, int]) -> list[tuple[int, str]]:
    """Return how many learners there are for each reason, with its sentence; the most frequent first."""
    pairs = [(number, sentence_for_reason(reason)) for reason, number in counts.items()]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1]))
