"""The modulestore: branches, keys, inheritance, and what the published branch holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ccx_keys.locator import CCXLocator
from opaque_keys.edx.keys import CourseKey

from lms.djangoapps.ccx.api import create_ccx
from sandbox import courses
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.exceptions import DuplicateCourseError, ItemNotFoundError


def published(key):
    """Load a block from the published branch."""
    return modulestore().get_item(key, revision=ModuleStoreEnum.RevisionOption.published_only)


def test_a_block_is_a_new_object_each_time_it_is_loaded(demo):
    assert modulestore().get_item(demo) is not modulestore().get_item(demo)


def test_the_modulestore_is_one_object_for_the_process():
    assert modulestore() is modulestore()


def test_an_unknown_block_is_not_found(course):
    with pytest.raises(ItemNotFoundError):
        modulestore().get_item(course.make_usage_key("demo_graded", "nowhere"))


def test_get_items_of_an_unknown_course_is_not_found(db):
    with pytest.raises(ItemNotFoundError):
        modulestore().get_items(CourseKey.from_string("course-v1:No+Such+Course"))


def test_get_course_is_none_for_an_unknown_course(db):
    assert modulestore().get_course(CourseKey.from_string("course-v1:No+Such+Course")) is None


def test_a_course_cannot_be_made_twice(course):
    with pytest.raises(DuplicateCourseError):
        courses.make_course(str(course))


def test_course_keys_are_told_apart_by_case(course):
    assert modulestore().get_course(CourseKey.from_string(str(course).replace("TestX", "testx"))) is None


def test_keys_that_come_back_have_neither_branch_nor_version(demo):
    key = demo.for_branch(ModuleStoreEnum.BranchName.published)

    assert modulestore().get_item(key).location == demo
    assert modulestore().get_item(key).scope_ids.usage_id.branch is None


def test_the_lms_reads_the_published_branch(demo):
    courses.change_block(demo, publish=False, display_name="Draft title")

    assert modulestore().get_item(demo).display_name == "Demo"


def test_a_block_that_was_never_published_is_not_found_in_the_lms(demo):
    unit = modulestore().get_parent_location(demo)
    draft_only = courses.add_block(unit, "demo_graded", publish=False)

    with pytest.raises(ItemNotFoundError):
        modulestore().get_item(draft_only)


def test_the_branch_can_be_set_for_a_while(demo):
    courses.change_block(demo, publish=False, display_name="Draft title")

    with modulestore().branch_setting(ModuleStoreEnum.Branch.draft_preferred, demo.course_key):
        inside = modulestore().get_item(demo).display_name

    assert inside == "Draft title"
    assert modulestore().get_item(demo).display_name == "Demo"


def test_a_deleted_block_stays_published_until_its_unit_is_published(demo):
    unit = modulestore().get_parent_location(demo)
    modulestore().delete_item(demo, 1)

    still_there = published(demo)
    modulestore().publish(unit, 1)

    assert still_there.location == demo
    with pytest.raises(ItemNotFoundError):
        published(demo)


def test_the_blocks_of_a_deleted_unit_are_gone_at_once(demo):
    unit = modulestore().get_parent_location(demo)

    modulestore().delete_item(unit, 1)

    with pytest.raises(ItemNotFoundError):
        published(demo)


def test_discarding_changes_restores_a_deleted_block(demo):
    unit = modulestore().get_parent_location(demo)
    modulestore().delete_item(demo, 1)

    modulestore().revert_to_published(unit, 1)

    with modulestore().branch_setting(ModuleStoreEnum.Branch.draft_preferred):
        assert modulestore().get_item(demo).location == demo


def test_a_setting_of_a_subsection_is_live_at_once(demo):
    due = datetime(2026, 6, 1, tzinfo=UTC)
    subsection = modulestore().get_parent_location(modulestore().get_parent_location(demo))

    courses.change_block(subsection, due=due)

    assert published(demo).due == due


def test_settings_are_inherited_from_every_level(course):
    section = courses.add_section(course, start=datetime(2026, 2, 1, tzinfo=UTC))
    subsection = courses.add_subsection(section, due=datetime(2026, 3, 1, tzinfo=UTC))
    courses.change_block(modulestore().make_course_usage_key(course), graceperiod=timedelta(hours=2))
    block = published(courses.add_block(courses.add_unit(subsection), "demo_graded"))

    assert (block.start.month, block.due.month, block.graded, block.format) == (2, 3, True, "Homework")
    assert block.close_date - block.due == timedelta(hours=2)
    assert block.is_past_due() is True
    assert block.fields["due"].is_set_on(block) is False


def test_changed_objects_do_not_change_the_course_until_they_are_stored(demo):
    block = modulestore().get_item(demo)
    block.custom["a"] = "b"

    assert modulestore().get_item(demo).custom == {}


def test_blocks_are_found_by_category(course, demo):
    store = modulestore()

    assert [b.location for b in store.get_items(course, qualifiers={"category": "demo_graded"})] == [demo]
    assert len(store.get_items(course, qualifiers={"category": {"$in": ["demo_graded", "vertical"]}})) == 2


def test_a_new_block_without_an_id_gets_the_first_free_number(demo):
    unit = modulestore().get_parent_location(demo)
    second = courses.add_block(unit, "demo_graded")
    modulestore().delete_item(second, 1)

    again = courses.add_block(unit, "demo_graded")

    assert (demo.block_id, second.block_id, again) == ("demo_graded1", "demo_graded2", second)


def test_a_moved_block_is_seen_after_both_units_are_published(course, demo):
    store = modulestore()
    old_unit = store.get_parent_location(demo)
    new_unit = courses.add_unit(courses.add_subsection(courses.add_section(course)))
    store.update_item_parent(demo, new_unit, old_unit, 1)

    store.publish(new_unit, 1)
    store.publish(old_unit, 1)

    assert published(demo).parent == new_unit


def test_a_clone_keeps_drafts_drafts_and_ids(demo):
    courses.change_block(demo, publish=False, hidden_id="draft")
    target = CourseKey.from_string("course-v1:TestX+Grades+2027")

    modulestore().clone_course(demo.course_key, target, 1)

    copied = target.make_usage_key(demo.block_type, demo.block_id)
    assert published(copied).hidden_id == ""
    with modulestore().branch_setting(ModuleStoreEnum.Branch.draft_preferred):
        assert modulestore().get_item(copied).hidden_id == "draft"


def test_a_custom_course_has_the_blocks_of_its_base_under_its_own_keys(demo):
    ccx = create_ccx(demo.course_key, 1)

    block = modulestore().get_items(ccx, qualifiers={"category": "demo_graded"})[0]

    assert isinstance(ccx, CCXLocator)
    assert str(block.location).startswith("ccx-block-v1:")
    assert block.location.to_block_locator() == demo
    assert modulestore().get_item(block.location).course_id == ccx


def test_a_block_whose_type_is_not_installed_does_not_break_its_course(course, demo):
    unit = modulestore().get_parent_location(demo)
    courses.add_block(unit, "not_installed_here")

    assert len(modulestore().get_items(course)) == 6


def test_an_operation_that_fails_writes_nothing_and_tells_nobody(demo):
    unit = modulestore().get_parent_location(demo)

    def add_and_fail():
        with modulestore().bulk_operations(demo.course_key):
            added = courses.add_block(unit, "demo_graded")
            assert modulestore().get_item(added).location == added
            raise RuntimeError("the author's browser went away")

    with pytest.raises(RuntimeError):
        add_and_fail()

    assert [block.location for block in modulestore().get_items(demo.course_key, {"category": "demo_graded"})] == [demo]


def test_what_another_process_changed_meanwhile_in_another_block_stays(demo):
    unit = modulestore().get_parent_location(demo)
    second = courses.add_block(unit, "demo_graded")

    with modulestore().bulk_operations(demo.course_key):
        courses.change_block(demo, publish=False, hidden_id="mine")
        as_another_process(lambda: courses.change_block(second, publish=False, hidden_id="theirs"))

    with modulestore().branch_setting(ModuleStoreEnum.Branch.draft_preferred):
        assert modulestore().get_item(demo).hidden_id == "mine"
        assert modulestore().get_item(second).hidden_id == "theirs"


def as_another_process(change):
    """Let a change happen as another process would do it, in the same transaction of the database."""
    operations = modulestore()._bulk.records
    aside = dict(operations)
    operations.clear()
    change()
    operations.update(aside)
