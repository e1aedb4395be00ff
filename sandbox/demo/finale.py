"""The end of the story: the gradebook with the decision on each grade, and where to look further."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from pylti1p3.lineitem import LineItem

from sandbox.demo import declarative, programmatic
from sandbox.demo.narrator import Narrator
from sandbox.demo.stage import Stage
from sandbox.demo.tool_side import ToolSide
from sandbox.signposts import signposts

_DECISION: Final = "https://openedx.org/lti-ags/decision"
#: What the gradebook holds in the end, by learner and block, with the decision on it.
_EXPECTED: Final = (
    (0, declarative.BLOCK, "8.3 / 10", "published"),
    (0, programmatic.BLOCK, "8 / 10", "published"),
    (0, "Warm-up (not linked)", "-", "unlinked"),
    (1, declarative.BLOCK, "0 / 10", "published"),
    (1, programmatic.BLOCK, "10 / 10", "published"),
    (2, declarative.BLOCK, "Not attempted", "-"),
    (2, programmatic.BLOCK, "Not attempted", "-"),
)


@dataclass(frozen=True)
class Entry:
    """One line of the table; ``reason`` says what the decision means."""

    learner: str
    block: str
    grade: str
    decision: str
    reason: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as the table shows it."""
        return (self.learner, self.block, self.grade, self.decision)


def show_gradebook(stage: Stage, narrator: Narrator, *, tools: Mapping[str, ToolSide]) -> None:
    """
    Print the gradebook, and check it once more.

    Arguments:
        tools: by block, the tool that works in it.
    """
    narrator.chapter("The gradebook", "Read from the LMS as the course's teacher, with the decision that a tool reads.")
    entries = list(_entries(stage, tools))
    narrator.table(["Learner", "Block", "Grade", "Decision"], [entry.cells for entry in entries])
    narrator.say()
    for decision, reason in {entry.decision: entry.reason for entry in entries if entry.reason}.items():
        narrator.say(f"{decision}: {reason}", indent=3)
    narrator.say()
    narrator.check(
        "Every grade and every decision is as expected",
        expected=[(stage.learners[number].name, *rest) for number, *rest in _EXPECTED],
        got=[entry.cells for entry in entries],
    )


def show_signposts(stage: Stage, narrator: Narrator) -> None:
    """Print where to look further."""
    narrator.chapter("Look for yourself", "Log in by picking a person; there are no passwords.")
    for line in signposts(stage.sandbox):
        narrator.say(line, indent=3)


def _entries(stage: Stage, tools: Mapping[str, ToolSide]) -> Iterator[Entry]:
    gradebook = stage.gradebook()
    verdicts = {block: _verdicts(tool) for block, tool in tools.items()}
    for learner in stage.learners:
        user_id = stage.user_ids.get(learner.name, "")
        for block, tool_verdicts in verdicts.items():
            decision, reason = tool_verdicts.on_block.get(user_id, ("-", ""))
            yield Entry(learner.name, block, gradebook.of(learner.name, block), decision, reason)
            for label, by_user in tool_verdicts.on_unlinked.items():
                if user_id in by_user:
                    yield Entry(learner.name, f"{label} (not linked)", "-", *by_user[user_id])


@dataclass(frozen=True)
class _Verdicts:
    """Decision and reason, by learner: on the grade in the block, and by label on scores of unlinked line items."""

    on_block: Mapping[str, tuple[str, str]]
    on_unlinked: Mapping[str, Mapping[str, tuple[str, str]]]


def _verdicts(tool: ToolSide) -> _Verdicts:
    """Ask, with the library, for the results of every line item of a tool."""
    on_block: dict[str, tuple[str, str]] = {}
    on_unlinked: dict[str, dict[str, tuple[str, str]]] = {}
    for item in tool.grades.get_lineitems():
        results = tool.grades.get_grades(LineItem(cast(Any, item)))
        decisions = {result["userId"]: (result[_DECISION]["code"], result[_DECISION]["reason"]) for result in results}
        if item.get("resourceLinkId"):
            on_block.update(decisions)
        else:
            on_unlinked[item["label"]] = decisions
    return _Verdicts(on_block, on_unlinked)
