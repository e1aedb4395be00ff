"""Every code that staff can meet has its words."""

from __future__ import annotations

import pytest
from django.utils import translation

from lti_ags.constants import ActivityProgress, EventKind, GradingProgress, StaffAction
from lti_ags.services.staff_tables import GradeStatus
from lti_ags.services.status_sentences import (
    number_words,
    sentence_for_event,
    words_for_activity,
    words_for_grading,
    words_for_status,
)


def test_every_status_and_every_progress_has_words() -> None:
    words = [
        *(words_for_status(status) for status in GradeStatus),
        *(words_for_activity(progress.value) for progress in ActivityProgress),
        *(words_for_grading(progress.value) for progress in GradingProgress),
    ]

    assert all(words)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("action", [*StaffAction, "an action of a later release"])
def test_every_action_of_staff_is_told(action: str) -> None:
    assert sentence_for_event(EventKind.STAFF_ACTION.value, {"action": action}).startswith("The course team chose: ")


def test_progress_that_is_no_word_of_the_specification_stays_as_it_is() -> None:
    assert words_for_activity("Dreaming") == "Dreaming"
    assert words_for_grading("") == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0, "0"), (8.3, "8.3"), (8.299999999, "8.3"), (100.0, "100"), (1e-9, "0"), (0.125, "0.12")],
)
def test_numbers_have_two_decimals_at_most(value: float, expected: str) -> None:
    assert number_words(value) == expected


def test_numbers_are_written_in_the_readers_language() -> None:
    with translation.override("de"):
        assert number_words(8.5) == "8,5"
