"""When a learner's work is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lti_ags import edx_platform
from lti_ags.exceptions import BlockNotFound

pytestmark = pytest.mark.platform

DUE = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 12, tzinfo=UTC)
GRACE = timedelta(hours=2)


@pytest.fixture
def course(site: Any) -> Any:
    return site.course(graceperiod=GRACE)


@pytest.fixture
def unit(site: Any, course: Any) -> Any:
    return site.unit(course, due=DUE)


def test_the_common_date_is_the_subsections_with_the_grace_period(block: Any, learner: Any) -> None:
    assert edx_platform.learner_due_at(block, user_id=learner.pk) == DUE + GRACE


def test_an_extension_moves_the_date_of_that_learner_only(
    site: Any, course: Any, unit: Any, block: Any, learner: Any
) -> None:
    other = site.learner(course)
    site.extend(learner, site.parent(unit), LATER)

    assert edx_platform.learner_due_at(block, user_id=learner.pk) == LATER + GRACE
    assert edx_platform.learner_due_at(block, user_id=other.pk) == DUE + GRACE


def test_an_extension_counts_where_the_platform_groups_its_reads(
    site: Any, unit: Any, block: Any, learner: Any
) -> None:
    site.extend(learner, site.parent(unit), LATER)

    with site.store.bulk_operations(block.course_key):
        assert edx_platform.learner_due_at(block, user_id=learner.pk) == LATER + GRACE


def test_dates_of_two_learners_are_not_mixed_up(site: Any, course: Any, unit: Any, block: Any, learner: Any) -> None:
    other = site.learner(course)
    site.extend(learner, site.parent(unit), LATER)
    blocks = {user: edx_platform.load_block(block) for user in (learner, other)}

    for user, loaded in blocks.items():
        edx_platform.bind_block(loaded, user_id=user.pk)

    assert blocks[learner].due == LATER
    assert blocks[other].due == DUE


def test_without_a_due_date_nothing_is_ever_late(site: Any, course: Any, learner: Any) -> None:
    block = site.block(site.unit(course))

    assert edx_platform.learner_due_at(block, user_id=learner.pk) is None


def test_in_a_self_paced_course_nothing_is_ever_late(site: Any) -> None:
    course = site.course(self_paced=True)
    block = site.block(site.unit(course, due=DUE))

    assert edx_platform.learner_due_at(block, user_id=site.learner(course).pk) is None


def test_the_date_of_a_learner_who_may_not_see_the_block_is_known(site: Any, unit: Any, learner: Any) -> None:
    hidden = site.block(unit, visible_to_staff_only=True)
    site.extend(learner, site.parent(unit), LATER)

    assert edx_platform.learner_due_at(hidden, user_id=learner.pk) == LATER + GRACE


def test_dates_are_in_utc(block: Any, learner: Any) -> None:
    due_at = edx_platform.learner_due_at(block, user_id=learner.pk)

    assert due_at is not None
    assert due_at.tzinfo is UTC


def test_a_block_that_is_not_there_has_no_date(site: Any, unit: Any, learner: Any) -> None:
    draft = site.draft_block(unit)

    with pytest.raises(BlockNotFound):
        edx_platform.learner_due_at(draft, user_id=learner.pk)
