"""What a copy of a block takes along: the items that its tool made, where the source is known, and nothing earned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey, UsageKey
from openedx_events.content_authoring import signals as events
from openedx_events.content_authoring.data import CourseData

from cms.djangoapps.contentstore.helpers import import_staged_content_from_user_clipboard
from cms.djangoapps.contentstore.tasks import export_olx, import_olx, rerun_course
from cms.djangoapps.contentstore.utils import duplicate_block
from cms.djangoapps.contentstore.xblock_storage_handlers.view_handlers import delete_xblock, publish_xblock, save_xblock
from common.djangoapps.student.models import CourseEnrollment
from lms.djangoapps.ccx.api import create_ccx
from lti_ags import edx_platform
from lti_ags.constants import ActivityProgress, GradeDecision, GradingMode, GradingProgress
from lti_ags.data import Points
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiCopy, LtiTool, LtiToolAvailability
from lti_ags.services.configurations import find_configuration
from lti_ags.services.copies import remember_duplicate
from lti_ags.services.staff_actions import record_staff_override
from lti_ags.services.sweeping import publish_overdue
from lti_ags.services.tools import Place, set_places, tools_of_course
from openedx.core.djangoapps.content_staging.api import save_xblock_to_user_clipboard
from tests.services.conftest import grade_of, new_item, platform_item
from tests.support.courses import Course, gradebook_score, make_course
from tests.support.databases import once_after
from tests.support.launches import signed_in, start_path
from tests.support.studio import messages
from tests.support.tools import RegisteredTool
from xmodule.modulestore.django import SignalHandler, modulestore
from xmodule.modulestore.process import as_studio

pytestmark = pytest.mark.django_db(transaction=True)

RERUN = CourseKey.from_string("course-v1:DemoX+AGS+rerun")
DUE = datetime(2027, 5, 3, tzinfo=UTC)
WITHOUT_ITEMS = "starts without the line items of the original"

#: What the tool said about its item, and what a copy has to say as well.
TOLD = {
    "label": "Essay, second draft",
    "resource_id": "essay-2",
    "tag": "draft",
    "score_maximum": 60.0,
    "end_date_time": DUE,
    "grades_released": False,
    "extensions": {"https://tool.example/rubric": {"id": 7}},
}


@pytest.fixture
def author(course: Course) -> Any:
    return get_user_model().objects.get(pk=course.author_id)


@pytest.fixture
def essay(say: Any, learner: Any, tool: LtiTool, programmatic: UsageKey, course: Course) -> UsageKey:
    """A programmatic block with two items of the tool, one of them scored."""
    item = new_item(tool, programmatic, course, **TOLD)
    new_item(tool, programmatic, course, label="Essay, final", tag="final")
    say(learner, item, 50.0)
    return programmatic


def items_at(location: UsageKey) -> list[LtiAgsLineItem]:
    configuration = find_configuration(location)
    assert configuration is not None
    return list(configuration.line_items.filter(deleted_at=None).order_by("pk"))


def duplicate(location: UsageKey, author: Any, course: Course) -> UsageKey:
    copy = duplicate_block(course.unit, location, user=author)
    publish_xblock(author, course.unit)
    return copy


def paste(location: UsageKey, author: Any, unit: UsageKey) -> UsageKey:
    save_xblock_to_user_clipboard(modulestore().get_item(location), author.pk)
    copy = import_staged_content_from_user_clipboard(unit, author)
    publish_xblock(author, unit)
    return copy


def assert_copied(copy: UsageKey, *, source: UsageKey, tool: LtiTool) -> None:
    """The copy has the source's items under new ids, in its own course, and nothing that anybody earned."""
    configuration = find_configuration(copy)
    assert configuration is not None
    made, originals = items_at(copy), items_at(source)
    assert [item.label for item in made] == [item.label for item in originals]
    assert not {item.pk for item in made} & {item.pk for item in originals}
    assert {name: getattr(made[0], name) for name in TOLD} == TOLD
    for item in made:
        assert (item.context.tool, str(item.context.course_key)) == (tool, str(copy.course_key))
        assert item.platform_item_of is None
        assert not item.scores.exists()
    assert configuration.grades.count() == 0
    assert LtiAgsScore.objects.count() == 1


@pytest.mark.conformance("D-02", "D-03")
def test_duplicate_has_the_items_that_the_tool_made_for_the_original(
    essay: UsageKey, author: Any, course: Course, tool: LtiTool
) -> None:
    assert_copied(duplicate(essay, author, course), source=essay, tool=tool)


def test_block_of_another_type_may_be_duplicated_and_nothing_is_remembered(author: Any, course: Course) -> None:
    text = modulestore().create_child(course.author_id, course.unit, "html", fields={"display_name": "Text"})

    duplicate(text.location, author, course)

    assert not LtiCopy.objects.exists()


def test_duplicate_that_is_announced_twice_stays_a_copy_of_its_first_source(course: Course, tool: LtiTool) -> None:
    first, second, copy = (course.add_block(tool) for _number in range(3))

    remember_duplicate(copy, source_key=first)
    remember_duplicate(copy, source_key=second)

    assert LtiCopy.objects.get().source_key == str(first)


def test_duplicate_that_is_announced_to_two_processes_at_once_is_remembered_once(course: Course, tool: LtiTool) -> None:
    source, copy = course.add_block(tool), course.add_block(tool)

    def announce() -> None:
        remember_duplicate(copy, source_key=source)

    with once_after("FROM lti_ags_lticopy", announce):
        announce()

    assert LtiCopy.objects.get().source_key == str(source)


def test_duplicate_of_a_unit_has_them_too(essay: UsageKey, author: Any, course: Course, tool: LtiTool) -> None:
    unit = duplicate_block(course.subsection, course.unit, user=author)
    publish_xblock(author, unit)

    [copy] = [key for key in modulestore().get_item(unit).children if key.block_type == "lti_ags"]
    assert_copied(copy, source=essay, tool=tool)


def test_items_of_a_duplicate_are_those_of_the_moment_when_it_is_published(
    essay: UsageKey, author: Any, course: Course, tool: LtiTool
) -> None:
    copy = duplicate_block(course.unit, essay, user=author)
    new_item(tool, essay, course, label="Made meanwhile")

    publish_xblock(author, course.unit)

    assert [item.label for item in items_at(copy)][-1] == "Made meanwhile"


@pytest.mark.conformance("D-02", "D-03")
def test_pasted_block_has_the_items_in_the_same_course(
    essay: UsageKey, author: Any, course: Course, tool: LtiTool
) -> None:
    assert_copied(paste(essay, author, course.unit), source=essay, tool=tool)


def test_pasted_block_has_the_items_in_another_course(
    essay: UsageKey, author: Any, course: Course, tool: LtiTool
) -> None:
    assert_copied(paste(essay, author, make_course().unit), source=essay, tool=tool)


@pytest.mark.conformance("D-02", "D-03")
def test_rerun_has_the_items_that_the_tool_made(essay: UsageKey, author: Any, course: Course, tool: LtiTool) -> None:
    rerun_course(course.key, RERUN, author)

    assert_copied(essay.map_into_course(RERUN), source=essay, tool=tool)


def test_rerun_of_a_pasted_block_has_the_items_of_the_run_before(
    essay: UsageKey, author: Any, course: Course, tool: LtiTool
) -> None:
    pasted = paste(essay, author, course.unit)
    new_item(tool, pasted, course, label="Only in the pasted one")

    rerun_course(course.key, RERUN, author)

    assert "Only in the pasted one" in [item.label for item in items_at(pasted.map_into_course(RERUN))]
    assert len(items_at(essay.map_into_course(RERUN))) == 2


def test_block_pasted_into_a_rerun_is_not_taken_for_the_one_with_its_number_in_the_run_before(
    essay: UsageKey, author: Any, course: Course, tool: LtiTool
) -> None:
    other = course.add_block(tool, grading_mode=GradingMode.PROGRAMMATIC.value)
    new_item(tool, other, course, label="Of another block")
    rerun_course(course.key, RERUN, author)
    in_the_run_before = paste(other, author, course.unit)

    pasted = paste(essay, author, course.unit.map_into_course(RERUN))

    assert pasted.block_id == in_the_run_before.block_id
    assert [item.label for item in items_at(pasted)] == ["Essay, second draft", "Essay, final"]


def test_custom_course_has_the_items_of_its_base(essay: UsageKey, course: Course, tool: LtiTool) -> None:
    ccx = create_ccx(course.key, 1)

    assert_copied(ccx.make_usage_key(essay.block_type, essay.block_id), source=essay, tool=tool)


def test_declarative_copy_has_its_own_item_and_no_other(
    declarative: UsageKey, author: Any, course: Course, tool: LtiTool
) -> None:
    copy = duplicate(declarative, author, course)

    [item] = items_at(copy)
    assert item.pk == platform_item(copy) != platform_item(declarative)


@pytest.mark.conformance("D-02")
@pytest.mark.parametrize("copy_of", ["duplicate", "rerun"])
def test_copy_has_the_platforms_item_of_a_block_that_was_declarative_once_as_an_item_of_the_tool(
    say: Any, learner: Any, declarative: UsageKey, author: Any, course: Course, copy_of: str
) -> None:
    item = platform_item(declarative)
    say(learner, item, 50.0)
    course.change(declarative, grading_mode=GradingMode.PROGRAMMATIC.value)
    LtiAgsLineItem.objects.filter(pk=item).update(tag="final", resource_id="quiz-1")

    if copy_of == "duplicate":
        copy = duplicate(declarative, author, course)
    else:
        rerun_course(course.key, RERUN, author)
        copy = declarative.map_into_course(RERUN)

    [made] = items_at(copy)
    assert (made.tag, made.resource_id, made.platform_item_of) == ("final", "quiz-1", None)
    assert made.pk != item
    assert not made.scores.exists()


def test_programmatic_copy_of_a_declarative_block_starts_without_the_platforms_item(
    declarative: UsageKey, author: Any, course: Course
) -> None:
    copy = duplicate_block(course.unit, declarative, user=author)
    with as_studio():
        save_xblock(author, modulestore().get_item(copy), metadata={"grading_mode": GradingMode.PROGRAMMATIC.value})

    publish_xblock(author, course.unit)

    assert items_at(copy) == []


def test_copy_that_was_given_another_tool_has_nothing_of_the_first(
    essay: UsageKey, author: Any, course: Course
) -> None:
    copy = duplicate_block(course.unit, essay, user=author)
    other = RegisteredTool.register(name="Other tool").tool
    with as_studio():
        save_xblock(author, modulestore().get_item(copy), metadata={"lti_tool": str(other.uuid)})

    publish_xblock(author, course.unit)

    assert items_at(copy) == []


def test_deleted_items_are_not_copied(essay: UsageKey, author: Any, course: Course) -> None:
    LtiAgsLineItem.objects.filter(tag="final").update(deleted_at=DUE)

    assert [item.tag for item in items_at(duplicate(essay, author, course))] == ["draft"]


def test_publishing_a_copy_again_copies_nothing_again(essay: UsageKey, author: Any, course: Course) -> None:
    copy = duplicate(essay, author, course)
    LtiAgsLineItem.objects.filter(pk=items_at(copy)[0].pk).update(deleted_at=DUE)

    course.change(copy, display_name="Published again")

    assert len(items_at(copy)) == 1


@pytest.mark.parametrize(("limit", "copied"), [(3, 0), (4, 2)], ids=["one too many", "just enough"])
def test_copy_brings_all_items_or_none_when_the_course_would_hold_too_many(
    essay: UsageKey,
    author: Any,
    course: Course,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    limit: int,
    copied: int,
) -> None:
    settings.LTI_AGS_MAX_LINE_ITEMS_PER_CONTEXT = limit

    copy = duplicate(essay, author, course)

    assert len(items_at(copy)) == copied
    assert len(items_at(essay)) == 2
    assert [text for text in caplog.messages if "starts without" in text] == (
        []
        if copied
        else [
            f"Configuration {find_configuration(copy).pk} starts without the 2 line items of configuration "
            f"{find_configuration(essay).pk}: the tool would have more than 3 in the course"
        ]
    )


def test_copy_of_an_unknown_block_starts_empty_and_its_author_is_told(
    essay: UsageKey, author: Any, course: Course, tool: LtiTool
) -> None:
    elsewhere = "block-v1:OtherX+Course+2020+type@lti_ags+block@essay"

    copy = course.add_block(tool, grading_mode=GradingMode.PROGRAMMATIC.value, copied_from_block=elsewhere)

    assert items_at(copy) == []
    assert [text for _type, text in messages(copy, author) if WITHOUT_ITEMS in text]


def test_author_of_a_copy_with_items_is_told_nothing(essay: UsageKey, author: Any, course: Course) -> None:
    copy = paste(essay, author, course.unit)

    assert [text for _type, text in messages(copy, author) if WITHOUT_ITEMS in text] == []


def test_course_imported_from_a_file_starts_without_the_tools_items(
    essay: UsageKey, author: Any, course: Course, tmp_path: Any
) -> None:
    export_olx(course.key, tmp_path)

    import_olx(author, RERUN, tmp_path)

    assert items_at(essay.map_into_course(RERUN)) == []


def test_key_that_comes_back_has_the_items_of_its_own_source(
    essay: UsageKey, author: Any, course: Course, tool: LtiTool
) -> None:
    other = course.add_block(tool, grading_mode=GradingMode.PROGRAMMATIC.value)
    new_item(tool, other, course, label="Of another block")
    first = paste(essay, author, course.unit)
    delete_xblock(author, first)
    publish_xblock(author, course.unit)

    again = paste(other, author, course.unit)

    assert again == first
    assert [item.label for item in items_at(again)] == ["Of another block"]


# Where a tool may be used


def test_tool_of_a_course_may_be_used_in_its_rerun(author: Any, course: Course, tool: LtiTool) -> None:
    set_places(tool, places=[Place(course_key=str(course.key))])

    rerun_course(course.key, RERUN, author)

    assert tools_of_course(RERUN) == [tool]


def test_rerun_that_another_process_follows_at_that_moment_is_left_to_it(
    author: Any, course: Course, tool: LtiTool
) -> None:
    set_places(tool, places=[Place(course_key=str(course.key))])

    def take_over() -> None:
        LtiCopy.objects.create(copied_key=str(RERUN), source_key=str(course.key))

    with once_after("FROM lti_ags_lticopy", take_over):
        rerun_course(course.key, RERUN, author)

    assert tools_of_course(RERUN) == []


def test_what_an_operator_took_back_after_the_rerun_stays_taken_back(
    author: Any, course: Course, tool: LtiTool
) -> None:
    set_places(tool, places=[Place(course_key=str(course.key))])
    rerun_course(course.key, RERUN, author)
    LtiToolAvailability.objects.filter(course_key=str(RERUN)).delete()

    publish_xblock(author, course.unit.map_into_course(RERUN))

    assert tools_of_course(RERUN) == []


def test_tool_of_a_course_may_be_used_in_its_custom_course(course: Course, tool: LtiTool) -> None:
    set_places(tool, places=[Place(course_key=str(course.key))])

    assert tools_of_course(create_ccx(course.key, 1)) == [tool]


def test_tool_of_another_course_may_not_be_used_in_the_rerun(author: Any, course: Course, tool: LtiTool) -> None:
    set_places(tool, places=[Place(course_key=str(make_course().key))])

    rerun_course(course.key, RERUN, author)

    assert tools_of_course(RERUN) == []


# A key that comes back


@pytest.fixture
def come_back(say: Any, learner: Any, tool: LtiTool, course: Course, author: Any) -> UsageKey:
    """The key of a pasted block that earned a grade, was deleted, and came back as a block from another source."""
    sources = [course.add_block(tool, display_name=title) for title in ("First", "Second")]
    first = paste(sources[0], author, course.unit)
    say(learner, platform_item(first), 30.0)
    assert gradebook_score(learner, first) == (3.0, 10.0)
    delete_xblock(author, first)
    publish_xblock(author, course.unit)
    again = paste(sources[1], author, course.unit)
    assert again == first
    return again


def test_key_that_comes_back_shows_nothing_of_what_the_old_block_earned(come_back: UsageKey, learner: Any) -> None:
    assert gradebook_score(learner, come_back) is None


def test_key_that_comes_back_takes_scores_as_a_new_block_does(come_back: UsageKey, say: Any, learner: Any) -> None:
    say(learner, platform_item(come_back), 50.0)

    assert gradebook_score(learner, come_back) == (5.0, 10.0)


def test_what_the_team_had_set_in_the_old_block_is_not_the_new_ones(
    say: Any, learner: Any, tool: LtiTool, course: Course, author: Any
) -> None:
    sources = [course.add_block(tool, display_name=title) for title in ("First", "Second")]
    first = paste(sources[0], author, course.unit)
    say(learner, platform_item(first), 30.0)
    edx_platform.publish_score(first, user_id=learner.pk, points=Points(9.0, 10.0))
    record_staff_override(first, user_id=learner.pk, points=Points(9.0, 10.0), now=timezone.now())
    delete_xblock(author, first)
    publish_xblock(author, course.unit)

    paste(sources[1], author, course.unit)

    assert gradebook_score(learner, first) is None


@pytest.mark.parametrize("comes_back_with", ["first", "second", "third"])
def test_what_several_tools_of_the_old_block_gave_is_not_the_new_ones(
    comes_back_with: str, say: Any, learner: Any, tool: LtiTool, course: Course, author: Any
) -> None:
    second, third = (RegisteredTool.register(name=name).tool for name in ("Second tool", "Third tool"))
    key = paste(course.add_block(tool), author, course.unit)
    say(learner, platform_item(key), 30.0)
    course.change(key, lti_tool=str(second.uuid))
    say(learner, platform_item(key), 60.0, sender=second)
    assert gradebook_score(learner, key) == (6.0, 10.0)
    source = course.add_block({"first": tool, "second": second, "third": third}[comes_back_with])
    delete_xblock(author, key)
    publish_xblock(author, course.unit)

    assert paste(source, author, course.unit) == key

    assert gradebook_score(learner, key) is None


def test_key_that_comes_back_twice_before_anything_is_published_shows_nothing(
    say: Any, learner: Any, tool: LtiTool, course: Course, author: Any, settings: Any
) -> None:
    sources = [course.add_block(tool, display_name=title) for title in ("First", "Second", "Third")]
    key = paste(sources[0], author, course.unit)
    say(learner, platform_item(key), 30.0)
    settings.LTI_AGS_PUBLISH = "manual"
    for source in sources[1:]:
        delete_xblock(author, key)
        publish_xblock(author, course.unit)
        assert paste(source, author, course.unit) == key
    assert gradebook_score(learner, key) == (3.0, 10.0)

    publish_overdue(limit=100)

    assert gradebook_score(learner, key) is None


def test_key_that_comes_back_while_grades_are_frozen_shows_nothing_once_they_thaw(
    say: Any, learner: Any, tool: LtiTool, course: Course, author: Any, settings: Any
) -> None:
    sources = [course.add_block(tool, display_name=title) for title in ("First", "Second")]
    key = paste(sources[0], author, course.unit)
    say(learner, platform_item(key), 30.0)
    settings.SANDBOX_WAFFLE_FLAGS = ["grades.enforce_freeze_grade_after_course_end"]
    course.end(timezone.now() - timedelta(days=60))
    delete_xblock(author, key)
    publish_xblock(author, course.unit)
    LtiAgsGrade.objects.update(modified_at=timezone.now() - timedelta(days=90))
    assert paste(sources[1], author, course.unit) == key
    item = platform_item(key)
    say(
        learner, item, None, activity_progress=ActivityProgress.SUBMITTED, grading_progress=GradingProgress.PENDING
    )  # fmt: skip
    assert gradebook_score(learner, key) == (3.0, 10.0)

    course.end(timezone.now() + timedelta(days=60))

    assert gradebook_score(learner, key) is None
    say(learner, item, 50.0)
    assert gradebook_score(learner, key) == (5.0, 10.0)


def test_block_that_comes_back_as_itself_keeps_what_it_earned(
    say: Any, learner: Any, declarative: UsageKey, course: Course, author: Any
) -> None:
    say(learner, platform_item(declarative), 30.0)
    with as_studio():
        save_xblock(author, modulestore().get_item(course.unit), publish="make_private")
    say(learner, platform_item(declarative), 40.0)
    assert grade_of(learner, declarative).decision == GradeDecision.BLOCK_MISSING

    publish_xblock(author, course.unit)

    assert gradebook_score(learner, declarative) == (4.0, 10.0)


# Releases that announce it in another way


@pytest.mark.parametrize("name", ["COURSE_RERUN_COMPLETED", "COURSE_IMPORT_COMPLETED"])
def test_course_whose_publication_is_not_announced_is_followed_when_its_copy_is_complete(
    name: str, essay: UsageKey, author: Any, course: Course, tool: LtiTool
) -> None:
    with SignalHandler.course_published.for_state(is_enabled=False):
        rerun_course(course.key, RERUN, author)
    copy = essay.map_into_course(RERUN)
    assert find_configuration(copy) is None

    getattr(events, name).send_event(time=datetime.now(UTC), course=CourseData(course_key=RERUN))

    assert_copied(copy, source=essay, tool=tool)


def test_configuration_that_was_missed_is_made_at_launch(
    essay: UsageKey, author: Any, course: Course, tool: LtiTool, learner: Any
) -> None:
    with SignalHandler.course_published.for_state(is_enabled=False):
        rerun_course(course.key, RERUN, author)
    CourseEnrollment.enroll(learner, RERUN)
    copy = essay.map_into_course(RERUN)

    assert signed_in(learner).get(start_path(copy)).status_code == 302

    assert find_configuration(copy) is not None
