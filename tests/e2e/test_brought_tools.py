"""Tools on PyLTI1p3 that were registered by ``manage.py register_tool``, against a sandbox in processes of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import requests

from sandbox.demo.stage import Stage
from sandbox.running import Sandbox
from sandbox.signposts import course_url
from tests.e2e.tools import BroughtTool

Bring = Callable[..., BroughtTool]
FIRST, SECOND, THIRD = range(3)


def grade(stage: Stage, learner: int, tool: BroughtTool) -> str:
    """What the LMS's gradebook page shows."""
    return stage.grade(stage.learners[learner], tool.name)


def test_83_of_100_becomes_8_3_of_10_and_zero_is_a_grade(stage: Stage, bring_tool: Bring) -> None:
    tool = bring_tool("Spelling")
    line_item = tool.values["LINEITEM_URL"]

    tool.push(line_item, tool.values["USER_ID"], 83, of=100)
    tool.push(line_item, tool.values["USER_ID_2"], 0, of=100)

    assert [item["id"] for item in tool.side.grades.get_lineitems()] == [line_item]
    assert grade(stage, FIRST, tool) == "8.3 / 10"
    assert grade(stage, SECOND, tool) == "0 / 10"
    assert grade(stage, THIRD, tool) == "Not attempted"


def test_a_retry_changes_nothing_and_an_older_score_is_refused(stage: Stage, bring_tool: Bring) -> None:
    tool = bring_tool("Dictation")
    line_item, user_id = tool.values["LINEITEM_URL"], tool.values["USER_ID"]
    older = tool.message(user_id, 10, of=10)
    newer = tool.message(user_id, 4, of=10)

    answers = [tool.side.post_score(line_item, message) for message in (newer, newer, older)]

    assert [answer.status for answer in answers] == [200, 200, 409]
    assert answers[-1].member("code") == "stale_score"
    assert grade(stage, FIRST, tool) == "4 / 10"


def test_a_tool_that_may_push_one_grade_creates_no_line_item(stage: Stage, bring_tool: Bring) -> None:
    tool = bring_tool("Reading", "--block=declarative")

    linked = tool.side.create_line_item(label="Mine", scoreMaximum=1, resourceLinkId=tool.values["RESOURCE_LINK_ID"])
    unlinked = tool.side.create_line_item(label="Mine", scoreMaximum=1)

    assert [linked.status, unlinked.status] == [403, 403]
    assert "declarative" in linked.member("message")
    assert len(tool.side.grades.get_lineitems()) == 1
    assert grade(stage, FIRST, tool) == "Not attempted"


def test_a_tool_that_manages_its_grades_has_items_linked_and_unlinked(stage: Stage, bring_tool: Bring) -> None:
    tool = bring_tool("Essays", "--block=programmatic")
    user_id, place = tool.values["USER_ID"], {"resourceLinkId": tool.values["RESOURCE_LINK_ID"]}
    assert "LINEITEM_URL" not in tool.values
    draft = tool.create("Draft", maximum=20, tag="draft", **place)
    essay = tool.create("Essay", maximum=50, tag="essay", **place)
    alone = tool.create("Warm-up", maximum=5)

    tool.push(draft, user_id, 10, of=20)
    after_draft = grade(stage, FIRST, tool)
    tool.push(essay, user_id, 45, of=50)
    unlinked = tool.push(alone, user_id, 5, of=5)

    assert tool.side.grades.find_lineitem_by_tag("essay").get_id() == essay  # type: ignore[union-attr]  # or it fails
    assert after_draft == "5 / 10"
    assert unlinked.member("outcome") == "unlinked"
    assert grade(stage, FIRST, tool) == "9 / 10"


def test_a_deleted_line_item_is_gone_and_the_grade_is_that_of_the_others(stage: Stage, bring_tool: Bring) -> None:
    tool = bring_tool("Poems", "--block=programmatic")
    user_id, place = tool.values["USER_ID"], {"resourceLinkId": tool.values["RESOURCE_LINK_ID"]}
    first, second = (tool.create(label, maximum=10, **place) for label in ("One", "Two"))
    tool.push(first, user_id, 3, of=10)
    tool.push(second, user_id, 10, of=10)

    deleted = tool.side.delete_line_item(second)

    assert deleted.status == 204
    assert [item["id"] for item in tool.side.grades.get_lineitems()] == [first]
    assert tool.push(second, user_id, 9, of=10).status == 404
    assert grade(stage, FIRST, tool) == "3 / 10"


def test_two_tools_in_one_course_know_nothing_of_each_other(stage: Stage, bring_tool: Bring) -> None:
    tool, other = bring_tool("Algebra"), bring_tool("Geometry")
    line_item = tool.values["LINEITEM_URL"]

    pushed = other.push(line_item, other.values["USER_ID"], 100, of=100)

    assert other.values["LINEITEMS_URL"] != tool.values["LINEITEMS_URL"]
    assert pushed.status == 404
    assert line_item not in [item["id"] for item in other.side.grades.get_lineitems()]
    assert grade(stage, FIRST, tool) == "Not attempted"
    assert grade(stage, FIRST, other) == "Not attempted"


def test_a_score_for_staff_who_are_not_enrolled_is_no_grade(stage: Stage, bring_tool: Bring) -> None:
    tool = bring_tool("Trial")

    answer = tool.push(tool.values["LINEITEM_URL"], tool.values["STAFF_USER_ID"], 50, of=100)

    assert (answer.status, answer.member("outcome")) == (200, "staff_trial")
    assert "Ines Duarte" not in stage.gradebook().points


def test_the_named_learner_comes_first_and_the_cookie_is_theirs(stage: Stage, bring_tool: Bring) -> None:
    tool = bring_tool("Chemistry", "--learner=mei")
    mei = stage.learners[THIRD]

    tool.push(tool.values["LINEITEM_URL"], tool.values["USER_ID"], 1, of=1)
    page = requests.get(course_url(stage.sandbox), headers={"Cookie": tool.values["UA_COOKIE"]}, timeout=30)

    assert stage.grade(mei, tool.name) == "10 / 10"
    assert page.status_code == 200
    assert mei.name in page.text


def test_the_exports_are_for_any_shell_and_nothing_else_is_printed(sandbox: Sandbox, bring_tool: Bring) -> None:
    tool = bring_tool("The “best” tool's $HOME; `echo`")

    names = list(tool.values)
    shown = subprocess.run(
        ["sh", "-c", f"export RESOURCE_LINK_ID='{tool.values['RESOURCE_LINK_ID']}'; printenv RESOURCE_LINK_ID"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout.strip() == tool.values["RESOURCE_LINK_ID"]
    assert tool.values["ISSUER"] == sandbox.lms.url
    assert names == [
        *("ISSUER", "AUTH_LOGIN_URL", "TOKEN_URL", "JWKS_URL", "CLIENT_ID", "DEPLOYMENT_ID"),
        *("LINEITEMS_URL", "LINEITEM_URL", "RESOURCE_LINK_ID", "LAUNCH_START_URL"),
        *("USER_ID", "UA_COOKIE", "USER_ID_2", "UA_COOKIE_2", "USER_ID_3", "STAFF_USER_ID"),
    ]
