"""What Studio tells, in which order, for each thing an author does; keys in signals may carry a branch."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from opaque_keys.edx.keys import CourseKey
from openedx_events.content_authoring import signals as events

from cms.djangoapps.contentstore.helpers import PasteError, import_staged_content_from_user_clipboard
from cms.djangoapps.contentstore.tasks import export_olx, import_olx, rerun_course
from cms.djangoapps.contentstore.utils import duplicate_block
from cms.djangoapps.contentstore.xblock_storage_handlers.view_handlers import (
    create_xblock,
    delete_xblock,
    discard_changes,
    make_private,
    move_item,
    publish_xblock,
    save_xblock,
)
from common.djangoapps.course_action_state.models import CourseRerunState
from openedx.core.djangoapps.content_staging.api import save_xblock_to_user_clipboard
from sandbox import courses
from xmodule.library_tools import copy_library_block
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.django import SignalHandler, modulestore
from xmodule.modulestore.exceptions import ItemNotFoundError
from xmodule.modulestore.process import as_studio

DRAFT = "draft-branch"
PUBLISHED = "published-branch"


def short(key):
    """Write a key as type, and the branch where it has one."""
    kind = getattr(key, "block_type", "course")
    return f"{kind}@{key.branch}" if key.branch else kind


@pytest.fixture
def heard():
    """Listen to every signal and event of authoring; return the list of what was told."""
    told: list[tuple[str, str]] = []
    keep = []

    def listen(signal, name, key_of):
        def receiver(signal, sender, **kwargs):
            told.append((name, short(key_of(kwargs))))

        keep.append((signal, receiver))
        signal.connect(receiver)

    for name in ("CREATED", "UPDATED", "DELETED", "PUBLISHED", "DUPLICATED"):
        listen(getattr(events, f"XBLOCK_{name}"), name, lambda kwargs: kwargs["xblock_info"].usage_key)
    listen(events.COURSE_IMPORT_COMPLETED, "IMPORTED", lambda kwargs: kwargs["course"].course_key)
    for name in ("pre_publish", "course_published", "course_deleted"):
        listen(SignalHandler.signal_by_name(name), name, lambda kwargs: kwargs["course_key"])
    listen(SignalHandler.item_deleted, "item_deleted", lambda kwargs: kwargs["usage_key"])
    yield told
    for signal, receiver in keep:
        signal.disconnect(receiver)


@pytest.fixture
def unit(demo):
    """Return the unit of the block."""
    return modulestore().get_parent_location(demo)


@pytest.fixture
def other_unit(course):
    """Return an empty, published unit of the same course."""
    return courses.add_unit(courses.add_subsection(courses.add_section(course)))


def draft(key):
    """Load a block's draft as Studio does."""
    with as_studio():
        return modulestore().get_item(key)


def copy_to_clipboard(user, key):
    """Copy a block."""
    save_xblock_to_user_clipboard(draft(key), user.id)


def test_creating_a_block_is_told_once_and_gives_a_random_key(unit, teacher, heard):
    heard.clear()

    block = create_xblock(unit, teacher, "demo_graded", "Quiz")

    assert heard == [("CREATED", "demo_graded")]
    assert len(block.location.block_id) == 32


def test_editing_metadata_is_an_update(demo, teacher, heard):
    heard.clear()

    save_xblock(teacher, draft(demo), metadata={"display_name": "New", "weight": 5})

    assert heard == [("UPDATED", "demo_graded")]
    assert (draft(demo).display_name, draft(demo).weight) == ("New", 5.0)


def test_duplicating_a_block(demo, unit, teacher, heard):
    courses.change_block(demo, hidden_id="tool-1", body="Text")
    heard.clear()

    copy = duplicate_block(unit, demo, teacher)

    assert heard == [("DUPLICATED", "demo_graded"), ("CREATED", "demo_graded"), ("UPDATED", "vertical")]
    block = draft(copy)
    assert len(copy.block_id) == 32
    assert (block.hidden_id, block.body, block.display_name) == ("tool-1", "Text", "Duplicate of 'Demo'")
    assert draft(unit).children == [demo, copy]


def test_duplicating_a_unit_tells_of_the_children_first_and_keeps_them_drafts(demo, unit, teacher, heard):
    subsection = modulestore().get_parent_location(unit)
    heard.clear()

    copy = duplicate_block(subsection, unit, teacher)

    assert heard[:3] == [("DUPLICATED", "demo_graded"), ("DUPLICATED", "vertical"), ("pre_publish", "course")]
    assert set(heard[3:-2]) == {("CREATED", "vertical"), ("CREATED", "demo_graded"), ("UPDATED", "vertical")}
    assert heard[-2:] == [("UPDATED", "sequential"), ("course_published", "course")]
    child = draft(copy).children[0]
    assert draft(child).display_name == "Demo"
    with pytest.raises(ItemNotFoundError):
        modulestore().get_item(child)


def test_pasting_a_block_tells_of_updates_only_and_names_the_source_in_a_field(demo, unit, teacher, heard):
    courses.change_block(demo, hidden_id="tool-1", custom={"a": "b"}, body="Text")
    copy_to_clipboard(teacher, demo)
    heard.clear()

    key = import_staged_content_from_user_clipboard(unit, teacher)

    assert heard == [("UPDATED", "demo_graded"), ("UPDATED", "vertical")]
    assert key.block_id == "demo_graded2"
    with as_studio():
        block = modulestore().get_item(key)
        assert (block.hidden_id, block.custom, block.body) == ("tool-1", {"a": "b"}, "Text")
        assert block.copied_from_block == str(demo)
        assert block.upstream is None
        assert block.fields["upstream"].is_set_on(block)


def test_a_pasted_key_comes_back_for_another_source(demo, unit, teacher):
    other = courses.add_block(unit, "demo_graded", block_id="other", hidden_id="of the other")
    copy_to_clipboard(teacher, demo)
    first = import_staged_content_from_user_clipboard(unit, teacher)
    delete_xblock(teacher, first)
    publish_xblock(teacher, unit)
    copy_to_clipboard(teacher, other)

    second = import_staged_content_from_user_clipboard(unit, teacher)

    assert second == first
    assert draft(second).hidden_id == "of the other"


def test_pasting_into_another_course_takes_all_fields_along(demo, teacher):
    courses.change_block(demo, hidden_id="tool-1")
    other = courses.add_graded_block(courses.make_course("course-v1:Other+Course+2026"), "problem")
    copy_to_clipboard(teacher, demo)

    key = import_staged_content_from_user_clipboard(modulestore().get_parent_location(other), teacher)

    assert key.course_key == other.course_key
    assert draft(key).hidden_id == "tool-1"


def test_pasting_a_unit_tells_of_updates_and_of_publication(demo, unit, teacher, heard):
    copy_to_clipboard(teacher, unit)
    heard.clear()

    key = import_staged_content_from_user_clipboard(modulestore().get_parent_location(unit), teacher)

    assert heard[0] == ("pre_publish", "course")
    assert {name for name, _ in heard[1:-1]} == {"UPDATED"}
    assert heard[-1] == ("course_published", "course")
    assert draft(draft(key).children[0]).display_name == "Demo"


def test_what_was_cut_by_deleting_cannot_be_pasted(demo, unit, teacher):
    copy_to_clipboard(teacher, demo)
    delete_xblock(teacher, demo)
    publish_xblock(teacher, unit)

    with pytest.raises(PasteError, match="There was a problem pasting your component"):
        import_staged_content_from_user_clipboard(unit, teacher)


def test_moving_a_block_keeps_its_key(demo, unit, other_unit, teacher, heard):
    heard.clear()

    move_item(demo, other_unit, teacher)

    assert heard == [("UPDATED", "vertical"), ("UPDATED", "vertical"), ("UPDATED", "demo_graded")]
    assert draft(demo).parent == other_unit
    assert modulestore().get_item(demo).parent == unit


def test_publishing_a_unit_names_the_unit_and_never_its_children(demo, unit, teacher, heard):
    courses.change_block(demo, publish=False, display_name="New")
    heard.clear()

    publish_xblock(teacher, unit)

    assert heard == [
        ("PUBLISHED", "vertical"),
        ("pre_publish", "course"),
        ("UPDATED", "vertical"),
        ("course_published", "course"),
    ]
    assert modulestore().get_item(demo).display_name == "New"


def test_republishing_a_block_names_the_block(demo, teacher, heard):
    heard.clear()

    save_xblock(teacher, draft(demo), metadata={"visible_to_staff_only": True}, publish="republish")

    assert heard == [
        ("PUBLISHED", "demo_graded"),
        ("pre_publish", "course"),
        ("UPDATED", "demo_graded"),
        ("course_published", "course"),
    ]
    assert modulestore().get_item(demo).visible_to_staff_only is True


def test_settings_of_a_subsection_are_live_at_once_without_a_publication_event(demo, unit, teacher, heard):
    subsection = modulestore().get_parent_location(unit)
    heard.clear()

    save_xblock(teacher, draft(subsection), metadata={"due": "2026-06-01T00:00:00Z"}, grader_type="Homework")

    assert heard == [
        ("pre_publish", "course"),
        ("UPDATED", "sequential"),
        ("UPDATED", "sequential"),
        ("course_published", "course"),
    ]
    assert modulestore().get_item(demo).due == datetime(2026, 6, 1, tzinfo=UTC)


def test_deleting_a_block_is_told_at_once_though_learners_still_have_it(demo, teacher, heard):
    heard.clear()

    delete_xblock(teacher, demo)

    assert heard == [
        ("item_deleted", f"demo_graded@{DRAFT}"),
        ("pre_publish", "course"),
        ("DELETED", "demo_graded"),
        ("course_published", "course"),
    ]
    assert modulestore().get_item(demo).location == demo


def test_discarding_a_deletion_is_told_to_nobody(demo, unit, teacher, heard):
    delete_xblock(teacher, demo)
    heard.clear()

    discard_changes(teacher, unit)

    assert heard == []
    assert draft(demo).location == demo


def test_deleting_a_unit_names_the_unit_and_its_blocks_are_gone_at_once(demo, unit, teacher, heard):
    heard.clear()

    delete_xblock(teacher, unit)

    assert heard == [
        ("item_deleted", f"vertical@{DRAFT}"),
        ("pre_publish", "course"),
        ("DELETED", "vertical"),
        ("course_published", "course"),
    ]
    with pytest.raises(ItemNotFoundError):
        modulestore().get_item(demo)


def test_deleting_a_subsection_is_signalled_for_both_branches(demo, unit, teacher, heard):
    subsection = modulestore().get_parent_location(unit)
    heard.clear()

    delete_xblock(teacher, subsection)

    assert heard == [
        ("item_deleted", f"sequential@{PUBLISHED}"),
        ("item_deleted", f"sequential@{DRAFT}"),
        ("pre_publish", "course"),
        ("DELETED", "sequential"),
        ("course_published", "course"),
    ]


def test_deleting_a_course_is_one_signal(demo, heard):
    heard.clear()

    modulestore().delete_course(demo.course_key, 1)

    assert heard == [("course_deleted", "course")]
    assert modulestore().get_course(demo.course_key) is None


def test_a_rerun_has_the_same_ids_drafts_and_published_copies(demo, teacher, heard):
    courses.change_block(demo, publish=False, weight=99.0)
    target = CourseKey.from_string("course-v1:TestX+Grades+2027")
    heard.clear()

    rerun_course(demo.course_key, target, teacher)

    assert heard == [
        ("pre_publish", f"course@{DRAFT}"),
        ("course_published", "course"),
        ("UPDATED", "vertical"),
    ]
    copied = target.make_usage_key(demo.block_type, demo.block_id)
    assert (draft(copied).weight, modulestore().get_item(copied).weight) == (99.0, 10.0)


def test_a_rerun_is_noted_with_the_course_that_was_run_before(demo, teacher):
    target = CourseKey.from_string("course-v1:TestX+Grades+2027")
    sources = []

    def note(course_key, **kwargs):
        sources.append(CourseRerunState.objects.get(course_key=course_key).source_course_key)

    SignalHandler.course_published.connect(note)
    try:
        rerun_course(demo.course_key, target, teacher)
    finally:
        SignalHandler.course_published.disconnect(note)

    assert sources == [demo.course_key]
    assert CourseRerunState.objects.get(course_key=target).state == "succeeded"


def test_making_a_unit_private_is_told_to_nobody(demo, unit, teacher, heard):
    heard.clear()

    make_private(teacher, unit)

    assert heard == []
    with pytest.raises(ItemNotFoundError):
        modulestore().get_item(demo)


def test_an_export_is_told_to_nobody_and_writes_set_fields_inline(demo, tmp_path, heard):
    courses.change_block(demo, custom={"a": "b"}, hidden_id="tool-1", body="Text", due=datetime(2026, 6, 1, tzinfo=UTC))
    heard.clear()

    export_olx(demo.course_key, tmp_path)

    written = next((tmp_path / "vertical").iterdir()).read_text()
    assert heard == []
    assert '<demo_graded xblock-family="xblock.v1"' in written
    assert f'url_name="{demo.block_id}"' in written
    assert 'hidden_id="tool-1"' in written
    assert 'due="2026-06-01T00:00:00Z"' in written
    assert "&quot;a&quot;: &quot;b&quot;" in written
    assert "display_name" not in written


@pytest.mark.parametrize("run", ["2026", "2030"])
def test_an_import_makes_draft_and_published_what_the_file_says(demo, teacher, tmp_path, heard, run):
    courses.change_block(demo, hidden_id="exported", custom={"a": "b"}, weight=7.5, body="Text")
    export_olx(demo.course_key, tmp_path)
    courses.change_block(demo, publish=False, hidden_id="changed later")
    target = demo.course_key.replace(run=run)
    heard.clear()

    import_olx(teacher, target, tmp_path)

    assert heard == [
        ("pre_publish", "course"),
        ("UPDATED", "course"),
        ("course_published", "course"),
        ("IMPORTED", "course"),
    ]
    key = target.make_usage_key(demo.block_type, demo.block_id)
    published = modulestore().get_item(key)
    assert (published.hidden_id, published.custom, published.weight, published.body) == (
        "exported",
        {"a": "b"},
        7.5,
        "Text",
    )
    assert draft(key).hidden_id == "exported"
    assert (published.graded, published.format) == (True, "Homework")
    assert modulestore().get_course(target).advanced_modules == ["lti_ags"]


def test_events_of_one_bulk_operation_come_at_its_end_and_publication_once(course, heard):
    heard.clear()

    with modulestore().bulk_operations(course):
        section = courses.add_section(course)
        courses.add_subsection(section)
        inside = list(heard)

    assert inside == []
    assert heard == [
        ("pre_publish", "course"),
        ("CREATED", "chapter"),
        ("CREATED", "sequential"),
        ("course_published", "course"),
    ]


def test_a_block_of_a_library_has_the_same_key_whenever_it_is_copied(demo, other_unit, heard):
    library = courses.make_course("course-v1:TestX+Library+library")
    source = courses.add_graded_block(library, "demo_graded", hidden_id="of the library")
    first = copy_library_block(modulestore(), source, other_unit, 1)
    courses.change_block(source, hidden_id="changed in the library")
    heard.clear()

    second = copy_library_block(modulestore(), source, other_unit, 1)

    assert second == first
    assert len(first.block_id) == 20
    assert draft(second).hidden_id == "changed in the library"
    assert heard == [("UPDATED", "demo_graded")]


def test_a_receiver_that_fails_does_not_break_the_edit(demo, teacher, failed_receivers):
    def fail(sender, **kwargs):
        raise RuntimeError("a receiver failed")

    SignalHandler.course_published.connect(fail)
    delete_xblock(teacher, demo)
    SignalHandler.course_published.disconnect(fail)

    assert [str(error) for error in failed_receivers] == ["a receiver failed"]
    failed_receivers.clear()


def test_studio_reads_drafts_unless_the_published_branch_is_named(demo):
    courses.change_block(demo, publish=False, display_name="Draft title")

    with as_studio():
        seen_by_default = modulestore().get_item(demo).display_name
        with modulestore().branch_setting(ModuleStoreEnum.Branch.published_only, demo.course_key):
            seen_published = modulestore().get_items(demo.course_key, qualifiers={"category": "demo_graded"})

    assert seen_by_default == "Draft title"
    assert [block.display_name for block in seen_published] == ["Demo"]
