"""The services of a runtime are those of the whole process; field data is the block's own."""

from __future__ import annotations

from lms.djangoapps.courseware.block_render import get_block_for_descriptor
from lms.djangoapps.courseware.model_data import FieldDataCache, get_score
from sandbox import courses
from xmodule.modulestore.django import modulestore


def bound_to(user, key):
    """Load a block and bind it to a learner, without a request."""
    block = modulestore().get_item(key)
    cache = FieldDataCache.cache_for_block_descendents(key.course_key, user, block, depth=0)
    get_block_for_descriptor(user=user, request=None, block=block, field_data_cache=cache, course_key=key.course_key)
    return block


def test_services_are_one_dictionary_for_all_blocks_of_all_courses(demo):
    other = courses.add_graded_block(courses.make_course("course-v1:Other+Course+2026"), "demo_graded")

    first, second = modulestore().get_item(demo), modulestore().get_item(other)

    assert first.runtime is not second.runtime
    assert first.runtime._services is second.runtime._services is modulestore().services


def test_a_grade_published_through_the_runtime_goes_to_whoever_was_bound_last(demo, ada, ben):
    block = bound_to(ada, demo)
    bound_to(ben, demo)

    block.runtime.publish(block, "grade", {"value": 3.0, "max_value": 10.0})

    assert get_score(ada.id, demo) is None
    assert get_score(ben.id, demo).grade == 3.0


def test_an_unbound_block_publishes_for_the_learner_whom_another_block_was_bound_to(demo, ada):
    unbound = modulestore().get_item(demo)
    bound_to(ada, demo)

    unbound.runtime.publish(unbound, "grade", {"value": 3.0, "max_value": 10.0})

    assert get_score(ada.id, demo).grade == 3.0


def test_the_user_id_of_a_published_grade_is_ignored(demo, ada, ben):
    block = bound_to(ada, demo)

    block.runtime.publish(block, "grade", {"value": 3.0, "max_value": 10.0, "user_id": ben.id})

    assert get_score(ben.id, demo) is None
    assert get_score(ada.id, demo).grade == 3.0


def test_nothing_is_published_before_anybody_was_bound(demo, ada):
    block = modulestore().get_item(demo)

    block.runtime.publish(block, "grade", {"value": 3.0, "max_value": 10.0})

    assert get_score(ada.id, demo) is None


def test_the_state_of_a_bound_block_stays_its_learners_after_another_binding(demo, ada, ben):
    block = bound_to(ada, demo)
    block.note = "of Ada"
    bound_to(ben, demo)
    block.save()

    assert bound_to(ada, demo).note == "of Ada"
    assert bound_to(ben, demo).note == "none yet"


def test_binding_the_same_object_again_saves_the_first_learners_changes(demo, ada, ben):
    block = bound_to(ada, demo)
    block.note = "of Ada"

    cache = FieldDataCache.cache_for_block_descendents(demo.course_key, ben, block, depth=0)
    get_block_for_descriptor(user=ben, request=None, block=block, field_data_cache=cache, course_key=demo.course_key)

    assert block.note == "none yet"
    assert bound_to(ada, demo).note == "of Ada"
