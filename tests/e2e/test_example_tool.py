"""The example tool, opened from the course as a browser does, against a sandbox in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.browser import Browser
from sandbox.demo import declarative, programmatic
from sandbox.demo.stage import LaunchedTool, Learner, Stage
from sandbox.processes import REPOSITORY
from sandbox.running import Sandbox
from sandbox.seed import LEARNERS

ALL_RIGHT = {"score": "score", "zero": "zero", "line_item": "column"}
FOURTH = list(LEARNERS)[3]


@pytest.fixture
def learner(sandbox: Sandbox, stage: Stage) -> Iterator[Learner]:
    """A learner of the course who is in no other test's way; ``stage`` has made the tool ready."""
    browser = Browser()
    browser.sign_in(f"{sandbox.lms.url}/login", username=FOURTH)
    yield Learner(LEARNERS[FOURTH], browser)
    browser.close()


@pytest.fixture
def quiz(stage: Stage, learner: Learner) -> LaunchedTool:
    """The learner at the quiz, in the block where the platform makes the line item."""
    return stage.launch(learner, unit=declarative.UNIT)


@pytest.fixture
def lab(stage: Stage, learner: Learner) -> LaunchedTool:
    """The learner in the block where the tool makes its line items."""
    return stage.launch(learner, unit=programmatic.UNIT)


def test_the_answers_to_the_quiz_become_a_grade(stage: Stage, learner: Learner, quiz: LaunchedTool) -> None:
    page = stage.answer_quiz(learner, quiz, ALL_RIGHT)

    assert "The course reports 10 of 10 for you" in page.text
    assert stage.grade(learner, declarative.BLOCK) == "10 / 10"


def test_a_second_try_replaces_the_first(stage: Stage, learner: Learner, quiz: LaunchedTool) -> None:
    stage.answer_quiz(learner, quiz, ALL_RIGHT)

    stage.answer_quiz(learner, quiz, {**ALL_RIGHT, "line_item": "row"})

    assert stage.grade(learner, declarative.BLOCK) == "8.3 / 10"


def test_the_block_shows_the_learner_their_score_and_the_tools_comment(
    stage: Stage, learner: Learner, quiz: LaunchedTool
) -> None:
    stage.answer_quiz(learner, quiz, ALL_RIGHT)

    block = stage.open_unit(learner, declarative.UNIT)

    assert "10 of 10 points" in block.text
    assert "3 of 3 answers were right." in block.text


def test_the_tools_page_shows_what_it_was_launched_with(quiz: LaunchedTool) -> None:
    assert quiz.page.status == 200
    assert quiz.endpoint["lineitem"] in quiz.page.text
    assert "Learner" in quiz.page.text
    assert "It may not create line items." in quiz.page.text


def test_the_tools_pages_may_stand_in_a_frame(learner: Learner, quiz: LaunchedTool) -> None:
    answer = learner.browser.session.get(quiz.page.url, timeout=30)

    assert "X-Frame-Options" not in answer.headers
    assert "frame-ancestors" not in answer.headers.get("Content-Security-Policy", "")


def test_a_block_that_is_not_graded_takes_no_score(stage: Stage, learner: Learner) -> None:
    practice = stage.launch(learner, unit="practice_unit")

    page = stage.answer_quiz(learner, practice, ALL_RIGHT)

    assert practice.endpoint == {}
    assert "The course takes no score from this page" in page.text
    assert "Practice, not graded" not in stage.gradebook().points[learner.name]


def test_line_items_are_made_found_scored_read_and_deleted_by_hand(
    stage: Stage, learner: Learner, lab: LaunchedTool
) -> None:
    browser = learner.browser
    items = browser.open(lab.page.link("/line_items"))
    made = [
        browser.submit(items.form(action="/change"), values={"action": "create", "label": label, "tag": tag, **linked})
        for label, tag, linked in (("Poster", "poster", {"linked": "on"}), ("Talk", "talk", {"linked": "on"}))
    ]
    assert "The line item “Talk” was created" in made[-1].notices[0]

    found = browser.submit(items.form(action="/line_items"), values={"tag": "poster"})
    scored = browser.submit(found.form(action="/change"), values={"action": "score", "points": "40", "comment": "Neat"})
    after_score = stage.grade(learner, programmatic.BLOCK)
    results = browser.open(scored.link("/results"))
    talk = browser.submit(items.form(action="/line_items"), values={"tag": "talk"})
    deleted = browser.submit(talk.form(action="/change"), values={"action": "delete"})

    assert "Poster" in found.text
    assert "Talk" not in found.text
    assert after_score == "4 / 10"
    assert "40 of 100 Neat" in results.text
    assert "The line item was deleted" in deleted.notices[0]
    assert "Talk" not in browser.open(lab.page.link("/line_items")).text


def test_the_platforms_refusal_is_shown_in_its_words(learner: Learner, lab: LaunchedTool) -> None:
    items = learner.browser.open(lab.page.link("/line_items"))

    page = learner.browser.submit(items.form(action="/change"), values={"action": "create", "label": " "})

    assert page.notices[0].startswith("The platform refused: 400, ")
    assert "label" in page.notices[0]


def test_a_teacher_tries_the_quiz_and_gets_no_grade(sandbox: Sandbox, stage: Stage) -> None:
    teacher = Learner("Ines Duarte", stage.teacher)
    launched = stage.launch(teacher, unit=declarative.UNIT)

    page = stage.answer_quiz(teacher, launched, ALL_RIGHT)

    assert "Instructor" in launched.page.text
    assert "a member of staff trying the tool out" in page.notices[0]
    assert teacher.name not in stage.gradebook().points


def test_a_launch_message_that_nobody_asked_for_is_refused_with_a_page(sandbox: Sandbox, stage: Stage) -> None:
    answer = stage.teacher.session.post(
        f"{sandbox.tool.url}/launch", data={"id_token": "a.b.c", "state": "state-of-nobody"}, timeout=30
    )

    assert answer.status_code == 403
    assert "This launch was not begun in this browser." in answer.text


def test_a_login_from_an_unknown_platform_is_refused_with_a_page(sandbox: Sandbox, browser: Browser) -> None:
    page = browser.open(f"{sandbox.tool.url}/login?iss=http://elsewhere.example&login_hint=x&client_id=y")

    assert page.status == 400
    assert "This tool is not registered with http://elsewhere.example" in page.text


def test_a_launch_that_the_platform_refuses_shows_the_reason(stage: Stage, browser: Browser) -> None:
    other = stage.learners[0]
    start = stage.open_unit(other, declarative.UNIT).link("/launch/start/")
    begun = other.browser.session.get(start, allow_redirects=False, timeout=30).headers["Location"]

    page = browser.launch(begun)

    assert page.status == 403
    assert "The platform did not launch: " in page.text


def test_the_tool_knows_nothing_of_the_platforms_code(tmp_path: Path) -> None:
    program = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'sandbox.tool.settings'; django.setup(); "
        "import sandbox.tool.urls; print([name for name in sys.modules if name.split('.')[0] in "
        "('lti_ags', 'lms', 'cms', 'openedx', 'xmodule', 'xblock')])"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={**os.environ, "TOOL_FOLDER": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert printed.stdout.strip() == "[]"
