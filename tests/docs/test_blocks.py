"""Every code block of the docs is run or checked by a test, or says why it cannot be."""

from __future__ import annotations

import doctest
import json
from pathlib import Path
from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsLineItem
from tests.docs.pages import Block, blocks, name_of, pages
from tests.docs.shell import Wrong, check, commands_of
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, subject_of
from tests.support.tools import RegisteredTool

BLOCKS = blocks()
RUN = {
    language: [block for block in BLOCKS if block.language == language and not block.reason]
    for language in ("bash", "python", "pycon", "json")
}


def test_every_block_has_a_language_that_a_test_knows() -> None:
    assert [str(block) for block in BLOCKS if not block.reason and block.language not in RUN] == []
    assert len(BLOCKS) > 40


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_no_block_goes_without_a_language(page: Any) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line.endswith("::") and not line.lstrip().startswith("..")] == []


@pytest.mark.parametrize("block", RUN["bash"], ids=str)
def test_commands_exist_and_take_their_options(block: Block) -> None:
    problems = []
    for words in commands_of(block):
        try:
            check(words)
        except Wrong as wrong:
            problems.append(f"{' '.join(words)}: {wrong}")

    assert problems == []


@pytest.mark.parametrize("block", RUN["json"], ids=str)
def test_json_can_be_read(block: Block) -> None:
    assert json.loads(block.text)


@pytest.mark.parametrize("block", RUN["python"], ids=str)
def test_python_runs(block: Block) -> None:
    exec(compile(block.text, str(block), "exec"), {})  # noqa: S102 - the docs are ours


@pytest.fixture
def example(
    tool: RegisteredTool, ags: Ags, course: Course, learner: Any, declarative_block: UsageKey
) -> dict[str, Any]:
    """What the examples of the Python API speak of: a learner with a published grade in a block."""
    subject = subject_of(learner, declarative_block)
    item = LtiAgsLineItem.objects.get(lti_configuration__location=declarative_block)
    assert ags.post_score(item.pk, score_body(subject.subject)).status_code == 200
    return {"usage_key": str(declarative_block), "user_id": learner.pk, "course_key": str(course.key)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", sorted({block.page for block in RUN["pycon"]}), ids=name_of)
def test_sessions_of_a_page_print_what_it_shows(page: Path, example: dict[str, Any]) -> None:
    runner, told = doctest.DocTestRunner(), list[str]()

    for block in [block for block in RUN["pycon"] if block.page == page]:
        session = doctest.DocTestParser().get_doctest(block.text, {}, str(block), str(page), block.line)
        session.globs = example
        runner.run(session, out=told.append, clear_globs=False)

    done = runner.summarize(verbose=False)
    assert done.attempted > 0
    assert done.failed == 0, "".join(told)
