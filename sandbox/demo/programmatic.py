"""The second chapter: a block in which the tool manages its own grades."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pylti1p3.grade import Grade

from sandbox.demo.narrator import Narrator
from sandbox.demo.stage import LaunchedTool, Stage
from sandbox.demo.tool_side import Exchange, ToolSide, scopes_of, score
from sandbox.example_tool import LAB

BLOCK: Final = "Lab"
UNIT: Final = "lab_unit"
_ALL_RIGHT: Final = {"score": "score", "zero": "zero", "line_item": "column"}


class Programmatic:
    """The chapter, played by one tool for one learner and then a second one."""

    def __init__(self, stage: Stage, narrator: Narrator) -> None:
        self.stage = stage
        self.narrator = narrator
        self.first, self.second, self.third = stage.learners
        narrator.chapter(
            "A block in which the tool manages its own grades",
            "“Lab” is worth 10 points. Its author lets the tool create line items (programmatic); "
            "the grade is the average\nof those that are linked to the block.",
        )
        self.launched = self._launch()
        self.tool: ToolSide = stage.tool_side(LAB, self.launched)
        self.items: dict[str, str] = {}

    def play(self) -> None:
        """Play the chapter."""
        self._create_items()
        self._merge()
        self._score_unlinked()
        self._repeat()
        self._delete()
        self._let_tool_create()

    def _launch(self) -> LaunchedTool:
        launched = self.stage.launch(self.first, unit=UNIT)
        self.narrator.check(
            f"{self.first.first_name} opens “{BLOCK}”; there is no line item yet, and the tool may manage them",
            expected=(["lineitem", "lineitem.readonly", "result.readonly", "score"], False),
            got=(scopes_of(launched.endpoint), "lineitem" in launched.endpoint),
            details=[f"lineitems {launched.endpoint.get('lineitems')}"],
        )
        return launched

    def _create_items(self) -> None:
        place = self.launched.resource_link_id
        for label, maximum, more in (
            ("Draft", 20, {"resourceLinkId": place, "tag": "report"}),
            ("Report", 50, {"resourceLinkId": place, "tag": "report"}),
            ("Warm-up", 100, {}),
        ):
            link = "linked to the block" if more else "linked to nothing"
            made = self.tool.create_line_item(label=label, scoreMaximum=maximum, **more)
            self.narrator.check(
                f"The tool creates the line item “{label}” with {maximum} points, {link}",
                expected=(201, label),
                got=(made.status, made.member("label")),
                details=[str(made)],
            )
            self.items[label] = str(made.member("id"))
        found = self.tool.grades.find_lineitem_by_tag("report")
        self._check("It finds one of them by its tag", self.items["Draft"], found.get_id() if found else None)
        self._check("Line items alone are no grade", "Not attempted", self.stage.grade(self.first, BLOCK))

    def _merge(self) -> None:
        self._push("Draft", 10, of=20)
        self._check("10 of 20 on “Draft”: the grade is 5 of 10", "5 / 10", self.stage.grade(self.first, BLOCK))
        self._push("Report", 45, of=50)
        self._check(
            "45 of 50 on “Report”: the average of 50 % and 90 % is 7 of 10",
            "7 / 10",
            self.stage.grade(self.first, BLOCK),
        )

    def _score_unlinked(self) -> None:
        answer = self._push("Warm-up", 100, of=100)
        self.narrator.check(
            "100 of 100 on “Warm-up”, which is linked to nothing, reaches no grade, and the tool is told so",
            expected=("unlinked", "7 / 10"),
            got=(answer.member("outcome"), self.stage.grade(self.first, BLOCK)),
            details=[str(answer.member("reason"))],
        )

    def _repeat(self) -> None:
        at = self.stage.clock.tick()
        message = self._score(40, of=50, at=at)
        self.tool.post_score(self.items["Report"], message)
        self._check("A new score of 40 on “Report” makes it 6.5 of 10", "6.5 / 10", self.stage.grade(self.first, BLOCK))
        again = self.tool.post_score(self.items["Report"], message)
        self.narrator.check(
            "The same message again, as after a lost answer, is taken and changes nothing",
            expected=(200, "6.5 / 10"),
            got=(again.status, self.stage.grade(self.first, BLOCK)),
            details=[str(again)],
        )
        older = self.tool.post_score(self.items["Report"], self._score(5, of=50, at=self.stage.clock.start))
        self.narrator.check(
            "An older message is refused and changes nothing",
            expected=(409, "6.5 / 10"),
            got=(older.status, self.stage.grade(self.first, BLOCK)),
            details=[str(older)],
        )

    def _delete(self) -> None:
        deleted = self.tool.delete_line_item(self.items["Draft"])
        self.narrator.check(
            "The tool deletes “Draft”; of 40 of 50 on “Report” alone the grade is 8 of 10",
            expected=(204, "8 / 10"),
            got=(deleted.status, self.stage.grade(self.first, BLOCK)),
            details=[str(deleted)],
        )

    def _let_tool_create(self) -> None:
        """The tool's own way: it makes a line item when a learner first finishes the quiz."""
        launched = self.stage.launch(self.second, unit=UNIT)
        page = self.stage.answer_quiz(self.second, launched, _ALL_RIGHT)
        self.narrator.check(
            f"{self.second.first_name} answers the quiz of the tool, which makes a line item for it: 100 of 100",
            expected=(True, "10 / 10"),
            got=("100 of 100" in page.text, self.stage.grade(self.second, BLOCK)),
            details=[f"the tool says: {notice}" for notice in page.notices],
        )

    def _push(self, label: str, points: float, *, of: float) -> Exchange:
        answer = self.tool.post_score(self.items[label], self._score(points, of=of, at=self.stage.clock.tick()))
        self.narrator.check(
            f"The tool pushes {points:g} of {of:g} to “{label}” for {self.first.first_name}",
            expected=200,
            got=answer.status,
            details=[str(answer)],
        )
        return answer

    def _score(self, points: float, *, of: float, at: datetime) -> Grade:
        return score(self.launched.user_id, points, of=of, at=at, comment=f"{points:g} of {of:g}")

    def _check(self, sentence: str, expected: Any, got: Any) -> None:
        self.narrator.check(sentence, expected=expected, got=got)


def play(stage: Stage, narrator: Narrator) -> ToolSide:
    """Play the chapter, and return the tool as it works in this block."""
    chapter = Programmatic(stage, narrator)
    chapter.play()
    return chapter.tool
