"""The learner's fields of a block, unbound and bound; the score stands beside them in one row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from xblock.exceptions import InvalidScopeError

from lms.djangoapps.courseware.block_render import get_block, get_block_for_descriptor
from lms.djangoapps.courseware.model_data import FieldDataCache, get_score
from sandbox import courses
from tests.standins.test_runtime_services import bound_to
from xmodule.modulestore.django import modulestore


def test_an_unbound_block_reads_a_learners_field_as_its_default(demo):
    assert modulestore().get_item(demo).note == "none yet"


def test_an_unbound_block_accepts_a_learners_field_and_cannot_save_it(demo):
    block = modulestore().get_item(demo)
    block.note = "lost"

    with pytest.raises(InvalidScopeError):
        block.save()


def test_a_bound_block_keeps_state_and_score_in_one_row_without_mixing_them(demo, ada, send):
    block = bound_to(ada, demo)
    block.note = "kept"
    block.save()
    send(demo, ada, 8.0, 10.0)

    assert bound_to(ada, demo).note == "kept"
    assert get_score(ada.id, demo).grade == 8.0


def test_without_a_cache_touching_a_learners_field_fails(demo, ada):
    block = modulestore().get_item(demo)
    get_block_for_descriptor(user=ada, request=None, block=block, field_data_cache=None, course_key=demo.course_key)

    with pytest.raises(AttributeError):
        block.note  # noqa: B018 - reading is the deed


def test_without_a_cache_saving_a_learners_field_fails_on_set_many(demo, ada):
    block = modulestore().get_item(demo)
    get_block_for_descriptor(user=ada, request=None, block=block, field_data_cache=None, course_key=demo.course_key)

    with pytest.raises(AttributeError, match="set_many"):
        block._field_data.set_many(block, {"note": "new"})


def test_the_course_fields_of_a_bound_block_are_read_only(demo, ada):
    block = bound_to(ada, demo)
    block.display_name = "Changed by a learner"

    with pytest.raises(InvalidScopeError):
        block.save()


def test_access_denied_gives_none_and_binds_nevertheless(demo, ada):
    courses.change_block(demo, visible_to_staff_only=True)
    block = modulestore().get_item(demo)
    cache = FieldDataCache.cache_for_block_descendents(demo.course_key, ada, block, depth=0)

    answer = get_block_for_descriptor(
        user=ada, request=None, block=block, field_data_cache=cache, course_key=demo.course_key
    )

    assert answer is None
    assert block.scope_ids.user_id == ada.id


def test_get_block_says_none_for_denied_and_for_missing_alike(demo, ada):
    courses.change_block(demo, start=timezone.now() + timedelta(days=1))
    missing = demo.course_key.make_usage_key("demo_graded", "missing")

    assert get_block(ada, None, demo, None) is None
    assert get_block(ada, None, missing, None) is None
