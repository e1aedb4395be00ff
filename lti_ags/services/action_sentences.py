"""
The plain words for what staff may do to grades: what an action is called, what it does, and why it does nothing.

The codes are in ``lti_ags.constants``; a test holds that each has its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lti_ags.constants import ActionReason, StaffAction


class ActionWords(NamedTuple):
    """
    How an action is called on buttons and as a heading, what it does, and what cannot be undone.

    ``warning`` is empty for what can be undone.
    """

    name: str | Promise
    consequence: str | Promise
    warning: str | Promise = ""


_WORDS: Final[Mapping[str, ActionWords]] = {
    StaffAction.USE_TOOLS_GRADE.value: ActionWords(
        _("Use the tool's grade"),
        _(
            "The grade that the course team set by hand is given up. The grade that the tool's scores give takes its "
            "place in the gradebook, and later scores of the tool count as usual."
        ),
        _("The gradebook does not keep the grade that was set by hand."),
    ),
    StaffAction.KEEP_STAFFS_SCORE.value: ActionWords(
        _("Keep the grade in the gradebook"),
        _(
            "What the gradebook holds now becomes the course team's own grade. Scores that the tool has sent before do "
            "not change it; for later ones the block's rule for grades set by hand applies."
        ),
    ),
    StaffAction.ACCEPT_LATE.value: ActionWords(
        _("Accept late work"),
        _(
            "Work that was handed in after the due date counts, as if it had been in time. This does not hold for work "
            "that these learners hand in later."
        ),
    ),
    StaffAction.RELEASE.value: ActionWords(
        _("Release grades"),
        _(
            "Scores that wait for their release count from now on, and learners see their grades. What the tool sends "
            "later for these learners on the same line items is released, too."
        ),
        _("A release cannot be taken back."),
    ),
    StaffAction.CLEAR.value: ActionWords(
        _("Clear grades"),
        _(
            "The gradebook forgets the learner's grade in this block, and what the tool has sent so far counts no "
            "more. The learner's next score from the tool counts afresh."
        ),
        _("A cleared grade does not come back by itself: the tool has to send it again."),
    ),
    StaffAction.PUBLISH_AGAIN.value: ActionWords(
        _("Publish again"),
        _(
            "The grade is worked out from the tool's scores once more and sent to the gradebook, whatever became of it "
            "before. A grade that the course team set by hand stays."
        ),
    ),
}

_REASONS: Final[Mapping[str, str | Promise]] = {
    ActionReason.ALREADY_TOOLS.value: _("The tool's grade is in force already; nobody changed it by hand."),
    ActionReason.NO_TOOLS_GRADE.value: _(
        "No score of the tool counts: there is none, or it is late or not released. Accept or release it first."
    ),
    ActionReason.NOTHING_HELD.value: _("The gradebook holds no grade that could be kept."),
    ActionReason.ALREADY_STAFFS.value: _("The grade is the course team's own already."),
    ActionReason.NOTHING_LATE.value: _("There is no late work that waits or was refused."),
    ActionReason.NOTHING_TO_RELEASE.value: _("There is no score that waits for its release."),
    ActionReason.NOTHING_TO_CLEAR.value: _("There is neither a grade in the gradebook nor a final score of the tool."),
    ActionReason.OUTDATED.value: _("The grade is of a tool or a block that was in this place before."),
    ActionReason.GONE.value: _("The learner's data was erased meanwhile."),
    ActionReason.PLATFORM_AWAY.value: _(
        "The gradebook could not be reached, or did not answer. Try again in a few minutes; nothing else is needed."
    ),
    ActionReason.PLATFORM_REFUSES.value: _(
        "The gradebook refused. See that the published course has the block and that the learner's account exists, "
        "then try again."
    ),
    ActionReason.UNEXPECTED.value: _(
        "Something unexpected went wrong. Try again; if that does not help, ask whoever runs the site to look into the "
        "log of the LMS."
    ),
}


def words_for_action(action: StaffAction) -> ActionWords:
    """Return the words for an action; texts are in the language that is active when they are shown."""
    return _WORDS[action.value]


def sentence_for_reason(reason: str) -> str:
    """Return why an action did nothing to a grade, in the active language."""
    return str(_REASONS[reason])
