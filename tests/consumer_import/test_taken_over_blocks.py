"""Which block of ours takes the place of which, and what an operator is told to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.test import override_settings

from lms.djangoapps.grades import faults
from lti_ags.models import LtiAgsScore, LtiTool
from tests.consumer_import.conftest import OldBlock, Tell, add_old_block
from tests.support.courses import Course, gradebook_score, make_staff
from tests.support.tools import RegisteredTool
from xmodule.modulestore.django import modulestore

pytestmark = pytest.mark.django_db(transaction=True)


def test_missing_block_is_asked_for(old: OldBlock, take_over: Tell, course: Course) -> None:
    key = course.key.make_usage_key("lti_ags", old.location.block_id)

    assert f"There is no published block {key} yet: add one for the tool, or name another with --block." in take_over()


def test_block_with_another_tool_is_told(old: OldBlock, take_over: Tell, learner: Any) -> None:
    other = RegisteredTool.register("Essay").tool
    take_over()
    target = old.add_ours(tool=other)
    old.add_score(old.add_item(), learner, 8.0)

    told = take_over()

    assert f"The block {target} does not name the tool 'Old quiz': choose it there, and publish." in told
    assert not LtiAgsScore.objects.exists()


def test_operator_may_name_the_block_and_so_another_tool(
    old: OldBlock, take_over: Tell, learner: Any, course: Course
) -> None:
    target = course.add_block(RegisteredTool.register("Essay").tool)
    old.add_score(old.add_item(), learner, 8.0)

    told = take_over("--block", f"{old.location}={target}")

    assert f"{old.location} -> {target}" in told
    assert gradebook_score(learner, target) == (8.0, 10.0)


def test_operator_may_name_the_block_of_settings_that_cannot_be_read(
    course: Course, take_over: Tell, learner: Any
) -> None:
    old = add_old_block(course, config_store="CONFIG_EXTERNAL", external_id="a:b")
    target = course.add_block(RegisteredTool.register("Essay").tool)
    old.add_score(old.add_item(), learner, 8.0)

    take_over("--block", f"{old.location}={target}")

    assert gradebook_score(learner, target) == (8.0, 10.0)
    assert LtiTool.objects.count() == 1


def test_named_block_without_a_tool_is_told(old: OldBlock, take_over: Tell, course: Course) -> None:
    target = course.add_block(None)

    told = take_over("--block", f"{old.location}={target}")

    assert f"The block {target} names no tool of this site: choose one, and publish." in told


def test_one_block_that_fails_leaves_the_others_done(
    old: OldBlock, take_over: Tell, learner: Any, course: Course
) -> None:
    second = add_old_block(course)
    take_over()
    for block in (old, second):
        block.add_ours()
        block.add_score(block.add_item(), learner, 8.0)
    modulestore().delete_item(second.location, course.author_id)
    course.publish()

    told = take_over()

    assert "The published course has no such block any more" in told
    assert LtiAgsScore.objects.count() == 1


def test_trouble_of_the_platform_ends_the_command_and_undoes_the_block_at_hand(
    old: OldBlock, take_over: Tell, learner: Any, course: Course
) -> None:
    take_over()
    old.add_ours()
    item = old.add_item()
    old.add_score(item, learner, 8.0)
    old.add_score(item, make_staff(course), 8.0)

    with faults.fault("has_access"), pytest.raises(CommandError, match="The platform does not answer: "):
        take_over()

    assert not LtiAgsScore.objects.exists()
    assert "Scores: 2 new" in take_over()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--block", "a"], "--block: 'a' has no '='; expected OLD=NEW."),
        (["--block", "a=b"], "--block: 'a' is not a key of Open edX."),
        (["DemoX"], "COURSE: 'DemoX' is not a key of Open edX."),
    ],
)
def test_mistyped_argument_is_named(take_over: Tell, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        take_over(*arguments)

    assert str(caught.value) == sentence


def test_site_without_the_other_component_is_told_so(take_over: Tell) -> None:
    apps = [name for name in site.INSTALLED_APPS if not name.startswith("lti_consumer")]

    with override_settings(INSTALLED_APPS=apps), pytest.raises(CommandError, match="lti_consumer is not installed"):
        take_over()


def test_studio_takes_nothing_over(take_over: Tell, settings: Any) -> None:
    settings.ROOT_URLCONF = "cms.urls"

    with pytest.raises(CommandError, match="Only the LMS"):
        take_over()


def test_help_tells_the_steps_and_what_is_left_behind(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("lti_ags_import_lti_consumer", "--help")

    told = capsys.readouterr().out
    assert "\n1. Run the command with ``--dry-run``, and check the addresses" in told
    assert "\nNot taken over: LTI 1.1;" in told
