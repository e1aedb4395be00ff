"""Configurations follow their blocks, and the platform's line item follows the configuration."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import GradeDecision, GradingMode, MergePolicy, ScoreDecision
from lti_ags.edx_platform import block_choices
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiConfiguration, LtiContext, LtiTool
from lti_ags.models.fields import digest_of
from lti_ags.services.configurations import context_for, find_configuration, follow_block, mark_removed
from lti_ags.services.following import follow_course, follow_one
from lti_ags.services.line_item_rows import stored_record
from tests.services.conftest import START, grade_of, new_item, platform_item
from tests.support.courses import Course, configuration_of, gradebook_score, make_course
from tests.support.databases import once_after
from tests.support.tools import RegisteredTool
from xmodule.modulestore.django import modulestore

pytestmark = pytest.mark.django_db(transaction=True)

DUE = datetime(2027, 5, 3, tzinfo=UTC)


def items_of(location: Any) -> list[LtiAgsLineItem]:
    return list(LtiAgsLineItem.objects.filter(lti_configuration=find_configuration(location), deleted_at=None))


def test_published_declarative_block_has_exactly_the_one_line_item(tool: Any) -> None:
    course = make_course(due=DUE)
    location = course.add_block(tool, display_name="Week 1 quiz", weight=7.5)

    (item,) = items_of(location)

    configuration = find_configuration(location)
    assert configuration is not None
    assert item.lti_configuration == configuration
    assert item.platform_item_of == configuration
    assert (item.resource_id, item.tag) == ("", "")
    assert item.label == "Week 1 quiz"
    assert item.score_maximum == 7.5
    assert item.end_date_time == DUE
    assert item.context.tool == tool
    assert str(item.context.course_key) == str(course.key)


def test_saving_again_makes_no_second_item(declarative: Any) -> None:
    configuration = find_configuration(declarative)
    assert configuration is not None

    configuration.save()
    configuration.save()

    assert len(items_of(declarative)) == 1


def test_saving_repairs_an_item_that_is_missing(declarative: Any) -> None:
    LtiAgsLineItem.objects.all().delete()
    configuration = find_configuration(declarative)
    assert configuration is not None

    configuration.save()

    assert len(items_of(declarative)) == 1


def test_saving_from_several_threads_at_once_makes_one_item(tool: Any, course: Any) -> None:
    location = course.add_block(tool, grading_mode=GradingMode.PROGRAMMATIC.value)
    pk = configuration_of(location).pk
    LtiConfiguration.objects.filter(pk=pk).update(grading_mode=GradingMode.DECLARATIVE.value)
    errors: list[BaseException] = []

    def save() -> None:
        try:
            LtiConfiguration.objects.get(pk=pk).save()
        except BaseException as error:  # noqa: BLE001 - told to the test, which fails on any
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=save) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(items_of(location)) == 1


def test_first_launches_at_once_make_one_configuration(tool: Any, course: Any) -> None:
    location = course.add_block(tool)
    LtiAgsLineItem.objects.all().delete()
    LtiConfiguration.objects.all().delete()
    choices = block_choices(location)
    together = threading.Barrier(4)

    def follow(_number: int) -> int:
        try:
            together.wait()
            configuration = follow_block(choices, now=START)
            assert configuration is not None
            return configuration.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(follow, range(4)))

    assert found == {LtiConfiguration.objects.get().pk}
    assert len(items_of(location)) == 1


def test_block_whose_configuration_another_process_makes_meanwhile_has_it_once(tool: Any, course: Any) -> None:
    location = course.add_block(tool)
    LtiAgsLineItem.objects.all().delete()
    LtiConfiguration.objects.all().delete()
    choices = block_choices(location)

    with once_after("FROM lti_ags_lticonfiguration", lambda: follow_block(choices, now=START)):
        configuration = follow_block(choices, now=START)

    assert configuration == LtiConfiguration.objects.get()
    assert len(items_of(location)) == 1


def test_context_that_another_process_makes_meanwhile_is_taken(tool: LtiTool, course: Any) -> None:
    def make() -> None:
        LtiContext.objects.create(tool=tool, course_key=course.key)

    with once_after("FROM lti_ags_lticontext", make):
        context = context_for(tool.pk, course_key=course.key)

    assert context == LtiContext.objects.get()


def test_block_that_left_the_course_is_noted_once(declarative: Any, course: Any) -> None:
    never_there = course.key.make_usage_key("lti_ags", "never")
    mark_removed(declarative, now=START)

    mark_removed(declarative, now=START + timedelta(days=1))
    mark_removed(never_there, now=START)

    assert [row.removed_at for row in LtiConfiguration.objects.all()] == [START]
    assert len(items_of(declarative)) == 1


def test_programmatic_block_gets_no_line_item(programmatic: Any) -> None:
    assert items_of(programmatic) == []


def test_item_follows_edits_of_the_block_when_they_are_published(declarative: Any, course: Any) -> None:
    course.change(declarative, display_name="New title", weight=20.0)

    (item,) = items_of(declarative)
    assert (item.label, item.score_maximum) == ("New title", 20.0)


def test_draft_edits_change_nothing(declarative: Any, course: Any) -> None:
    block = modulestore().get_item(declarative)
    block.display_name = "Draft title"
    modulestore().update_item(block, course.author_id)

    follow_course(course.key, now=START)

    assert items_of(declarative)[0].label == "Quiz"


def test_leaving_declarative_retires_an_item_without_scores_and_coming_back_revives_it(
    declarative: Any, course: Any
) -> None:
    (item,) = items_of(declarative)

    course.change(declarative, grading_mode=GradingMode.PROGRAMMATIC.value)
    assert items_of(declarative) == []
    course.change(declarative, grading_mode=GradingMode.DECLARATIVE.value)

    assert [again.pk for again in items_of(declarative)] == [item.pk]


def test_item_that_is_retired_while_its_first_score_arrives_comes_back_and_counts(
    say: Any, learner: Any, declarative: Any, course: Any
) -> None:
    (item,) = items_of(declarative)

    with once_after(
        "FROM lti_ags_ltiagslineitem",
        lambda: course.change(declarative, grading_mode=GradingMode.PROGRAMMATIC.value),
    ):
        say(learner, item.pk, 30.0)

    assert [again.pk for again in items_of(declarative)] == [item.pk]
    assert LtiAgsScore.objects.get().decision == ScoreDecision.CONTRIBUTES
    assert gradebook_score(learner, declarative) == (3.0, 10.0)


def test_leaving_declarative_keeps_an_item_with_scores_and_it_counts(
    say: Any, learner: Any, declarative: Any, course: Any, tool: Any
) -> None:
    say(learner, platform_item(declarative), 30.0)

    course.change(declarative, grading_mode=GradingMode.PROGRAMMATIC.value, merge_policy=MergePolicy.HIGHEST.value)
    say(learner, new_item(tool, declarative, course), 20.0)

    assert len(items_of(declarative)) == 2
    assert gradebook_score(learner, declarative) == (3.0, 10.0)


def test_back_in_declarative_mode_only_the_platforms_item_counts(
    say: Any, learner: Any, programmatic: Any, course: Any, tool: Any
) -> None:
    say(learner, new_item(tool, programmatic, course), 90.0)

    course.change(programmatic, grading_mode=GradingMode.DECLARATIVE.value)

    assert gradebook_score(learner, programmatic) == (9.0, 10.0)
    assert grade_of(learner, programmatic).needs_attention is True
    say(learner, platform_item(programmatic), 40.0)
    assert gradebook_score(learner, programmatic) == (4.0, 10.0)


def test_tool_that_may_only_push_scores_stays_declarative_whatever_the_author_chose(course: Any) -> None:
    humble = RegisteredTool.register(name="Humble tool", grading_mode_ceiling=GradingMode.DECLARATIVE).tool

    location = course.add_block(humble, grading_mode=GradingMode.PROGRAMMATIC.value)

    assert configuration_of(location).grading_mode == GradingMode.DECLARATIVE.value
    assert len(items_of(location)) == 1


def test_block_without_a_tool_gets_no_configuration(course: Any) -> None:
    location = course.add_block(None)

    assert find_configuration(location) is None


def test_new_tool_gets_an_item_of_its_own_and_its_scores_replace_the_former_tools(
    say: Any, learner: Any, declarative: Any, course: Any
) -> None:
    say(learner, platform_item(declarative), 30.0)
    former = platform_item(declarative)
    other = RegisteredTool.register(name="Other tool").tool

    course.change(declarative, lti_tool=str(other.uuid))

    assert platform_item(declarative) != former
    assert LtiAgsLineItem.objects.get(pk=former).scores.count() == 1
    assert gradebook_score(learner, declarative) == (3.0, 10.0)


def test_tool_that_is_chosen_again_has_its_item_and_its_scores_count_again(
    say: Any, learner: Any, declarative: Any, course: Any, tool: LtiTool
) -> None:
    first = platform_item(declarative)
    say(learner, first, 30.0)
    other = RegisteredTool.register(name="Other tool").tool
    course.change(declarative, lti_tool=str(other.uuid))
    second = platform_item(declarative)
    say(learner, second, 90.0, sender=other)
    assert gradebook_score(learner, declarative) == (9.0, 10.0)

    course.change(declarative, lti_tool=str(tool.uuid), weight=20.0)

    assert platform_item(declarative) == first
    assert [item.score_maximum for item in items_of(declarative)] == [20.0]
    assert gradebook_score(learner, declarative) == (6.0, 20.0)
    course.change(declarative, lti_tool=str(other.uuid))
    assert platform_item(declarative) == second
    assert gradebook_score(learner, declarative) == (18.0, 20.0)
    assert LtiAgsLineItem.objects.count() == 2


def test_tool_that_is_chosen_again_to_manage_its_grades_has_its_scored_item_too(
    say: Any, learner: Any, declarative: Any, course: Any, tool: LtiTool
) -> None:
    first = platform_item(declarative)
    say(learner, first, 30.0)
    other = RegisteredTool.register(name="Other tool").tool
    course.change(declarative, lti_tool=str(other.uuid))

    course.change(declarative, lti_tool=str(tool.uuid), grading_mode=GradingMode.PROGRAMMATIC.value)

    assert [item.pk for item in items_of(declarative)] == [first]
    assert platform_item(declarative) == first
    assert gradebook_score(learner, declarative) == (3.0, 10.0)
    course.change(declarative, lti_tool=str(other.uuid))
    assert items_of(declarative) == []


def test_item_that_a_tool_deleted_does_not_come_back_as_the_platforms(
    programmatic: Any, course: Any, tool: LtiTool
) -> None:
    deleted = LtiAgsLineItem.objects.get(pk=new_item(tool, programmatic, course))
    deleted.deleted_at = START
    deleted.save()

    course.change(programmatic, grading_mode=GradingMode.DECLARATIVE.value)

    assert [item.pk for item in items_of(programmatic)] == [platform_item(programmatic)]
    assert platform_item(programmatic) != deleted.pk


def test_platforms_item_is_read_under_a_lock_before_it_is_written(declarative: Any) -> None:
    configuration = configuration_of(declarative)

    with CaptureQueriesContext(connection) as captured:
        configuration.save()

    reads = [query["sql"] for query in captured if "FROM `lti_ags_ltiagslineitem`" in query["sql"].replace('"', "`")]
    assert reads
    assert all(("FOR UPDATE" in sql) is connection.features.has_select_for_update for sql in reads)


def test_block_that_left_the_published_course_keeps_its_row_and_its_grades(
    say: Any, learner: Any, declarative: Any, course: Any
) -> None:
    say(learner, platform_item(declarative), 30.0)

    modulestore().delete_item(declarative, course.author_id)
    course.publish()

    configuration = find_configuration(declarative)
    assert configuration is not None
    assert configuration.removed_at is not None
    assert grade_of(learner, declarative).decision == GradeDecision.BLOCK_MISSING
    assert gradebook_score(learner, declarative) == (3.0, 10.0)


def test_deletion_in_the_draft_alone_changes_nothing(declarative: Any, course: Any) -> None:
    modulestore().delete_item(declarative, course.author_id)

    configuration = find_configuration(declarative)
    assert configuration is not None
    assert configuration.removed_at is None


def test_key_that_comes_back_with_another_tool_is_a_new_block(
    say: Any, learner: Any, declarative: Any, course: Any
) -> None:
    say(learner, platform_item(declarative), 30.0)
    old = find_configuration(declarative)
    assert old is not None
    modulestore().delete_item(declarative, course.author_id)
    course.publish()
    other = RegisteredTool.register(name="Other tool").tool

    modulestore().create_child(
        course.author_id,
        course.unit,
        "lti_ags",
        block_id=declarative.block_id,
        fields={"lti_tool": str(other.uuid), "weight": 10.0},
    )
    course.publish()

    new = find_configuration(declarative)
    old.refresh_from_db()
    assert new is not None
    assert new.pk != old.pk
    assert old.replaced_at is not None
    assert not LtiAgsScore.objects.filter(line_item__lti_configuration=new).exists()
    assert len(items_of(declarative)) == 1
    assert grade_of(learner, declarative).decision == GradeDecision.CLEARED
    assert gradebook_score(learner, declarative) is None


def test_usage_keys_that_differ_by_case_are_different_blocks(course: Any, tool: Any) -> None:
    for block_id in ("Quiz", "quiz"):
        modulestore().create_child(
            course.author_id, course.unit, "lti_ags", block_id=block_id, fields={"lti_tool": str(tool.uuid)}
        )
    course.publish()

    follow_course(course.key, now=START)

    assert LtiConfiguration.objects.count() == 2


def test_block_that_is_read_again_and_is_gone_is_removed(declarative: UsageKey, course: Course) -> None:
    block = find_configuration(declarative)
    assert block is not None
    missing = declarative.replace(block_id="gone")
    LtiConfiguration.objects.filter(pk=block.pk).update(location=missing, identity_digest=digest_of(missing))

    assert follow_one(missing, now=timezone.now()) is None

    block.refresh_from_db()
    assert block.removed_at is not None


def test_configuration_and_score_of_a_file_lead_to_nothing_while_they_are_loaded(
    say: Any, learner: Any, declarative: UsageKey, tmp_path: Path
) -> None:
    say(learner, platform_item(declarative), 50.0)
    file = tmp_path / "rows.json"
    call_command("dumpdata", "lti_ags.LtiConfiguration", "lti_ags.LtiAgsScore", output=str(file))
    LtiAgsGrade.objects.all().delete()
    items = LtiAgsLineItem.objects.count()

    call_command("loaddata", str(file), verbosity=0)

    assert not LtiAgsGrade.objects.exists()
    assert LtiAgsLineItem.objects.count() == items


def test_line_item_that_is_not_in_the_table_has_no_record() -> None:
    with pytest.raises(LtiAgsLineItem.DoesNotExist):
        stored_record(0, mode_of_unlinked=GradingMode.DECLARATIVE)
