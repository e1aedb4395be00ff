"""The first chapter: a block in which the tool may push one grade for each learner."""

from __future__ import annotations

from typing import Final

from sandbox.demo.narrator import Narrator
from sandbox.demo.stage import LaunchedTool, Learner, Stage
from sandbox.demo.tool_side import ToolSide, scopes_of
from sandbox.example_tool import QUIZ

BLOCK: Final = "Quiz"
UNIT: Final = "quiz_unit"
_TWO_RIGHT: Final = {"score": "score", "zero": "zero", "line_item": "row"}
_ALL_WRONG: Final = {"score": "grade", "zero": "nothing", "line_item": "row"}


def play(stage: Stage, narrator: Narrator) -> ToolSide:
    """Play the chapter, and return the tool as it works in this block."""
    narrator.chapter(
        "A block with a single grade per student",
        "“Quiz” is worth 10 points. Its author lets the tool push a single grade per student (declarative).",
    )
    first, second, third = stage.learners
    launched = _launch(stage, narrator, first)
    _push_by_quiz(stage, narrator, first, launched)
    _push_zero(stage, narrator, second)
    narrator.check(
        f"{third.first_name} has not opened the quiz, which is something else than a grade of 0",
        expected="Not attempted",
        got=stage.grade(third, BLOCK),
    )
    tool = stage.tool_side(QUIZ, launched)
    _find_line_item(narrator, tool, launched)
    _create_line_item(narrator, tool, launched)
    return tool


def _launch(stage: Stage, narrator: Narrator, learner: Learner) -> LaunchedTool:
    launched = stage.launch(learner, unit=UNIT)
    narrator.check(
        f"{learner.first_name} opens “{BLOCK}” in the course, and the platform launches the tool",
        expected=stage.sandbox.tool.url,
        got="/".join(launched.page.url.split("/")[:3]),
        details=[f"launched at {launched.page.url}", f"the learner is {launched.user_id} to the tool"],
    )
    narrator.check(
        "The launch names the block's one line item, and lets the tool read and push, no more",
        expected=(["lineitem.readonly", "result.readonly", "score"], True),
        got=(scopes_of(launched.endpoint), "lineitem" in launched.endpoint),
        details=[f"lineitem {launched.endpoint.get('lineitem')}", f"scopes {', '.join(scopes_of(launched.endpoint))}"],
    )
    return launched


def _push_by_quiz(stage: Stage, narrator: Narrator, learner: Learner, launched: LaunchedTool) -> None:
    page = stage.answer_quiz(learner, launched, _TWO_RIGHT)
    narrator.check(
        f"{learner.first_name} answers the tool's quiz, and the tool pushes 83 of 100",
        expected=True,
        got="83 of 100" in page.text and "The score was sent to the course" in page.text,
        details=[f"the tool says: {notice}" for notice in page.notices],
    )
    narrator.check("83 of 100 becomes 8.3 of 10 in the gradebook", expected="8.3 / 10", got=stage.grade(learner, BLOCK))
    block = stage.open_unit(learner, UNIT)
    narrator.check(
        f"{learner.first_name} reads the same in the course, with the tool's comment",
        expected=True,
        got="8.3 of 10 points" in block.text and "2 of 3 answers were right." in block.text,
    )


def _push_zero(stage: Stage, narrator: Narrator, learner: Learner) -> None:
    stage.answer_quiz(learner, stage.launch(learner, unit=UNIT), _ALL_WRONG)
    narrator.check(
        f"{learner.first_name} gets every answer wrong: 0 of 100 is a grade of 0",
        expected="0 / 10",
        got=stage.grade(learner, BLOCK),
    )


def _find_line_item(narrator: Narrator, tool: ToolSide, launched: LaunchedTool) -> None:
    token = tool.take_token()
    narrator.check(
        "The tool takes a token with an assertion that it signed", expected=200, got=token.status, details=[str(token)]
    )
    found = tool.grades.find_lineitem_by_resource_link_id(launched.resource_link_id)
    narrator.check(
        "With it the tool finds the line item of the block, the one of the launch",
        expected=(launched.endpoint.get("lineitem"), BLOCK, 10),
        got=(found.get_id(), found.get_label(), found.get_score_maximum()) if found else None,
        details=[str(tool.wire.last)],
    )


def _create_line_item(narrator: Narrator, tool: ToolSide, launched: LaunchedTool) -> None:
    refused = tool.create_line_item(label="Of my own", scoreMaximum=10, resourceLinkId=launched.resource_link_id)
    narrator.check(
        "The tool may not create a line item here, and is told why",
        expected=(403, True),
        got=(refused.status, bool(refused.member("message"))),
        details=[str(refused)],
    )
