"""What a published block says about itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lti_ags import edx_platform
from lti_ags.constants import GradingMode, LatePolicy, MergePolicy, MissingItems, OverridePolicy, ReleasePolicy
from lti_ags.exceptions import BlockNotFound

pytestmark = pytest.mark.platform

TOOL = "0b6e7f5c-6a5b-4b0c-9a55-1f0ac1b0a001"
DUE = datetime(2026, 5, 1, 12, tzinfo=UTC)
OPENS = datetime(2026, 2, 1, tzinfo=UTC)


def test_an_untouched_block_says_the_defaults(site: Any, course: Any, unit: Any) -> None:
    key = site.block(unit)

    choices = edx_platform.block_choices(key)

    assert choices.usage_key == str(key)
    assert choices.course_key == str(course)
    assert choices.tool_uuid == ""
    assert choices.score_maximum == 1.0
    assert choices.is_graded is True
    assert choices.grading_mode is GradingMode.DECLARATIVE
    assert choices.merge_policy is MergePolicy.LATEST
    assert choices.missing_items is MissingItems.LEAVE_OUT
    assert choices.late_policy is LatePolicy.ACCEPT
    assert choices.override_policy is OverridePolicy.KEEP
    assert choices.release_policy is ReleasePolicy.AT_ONCE
    assert choices.end_date_time is None
    assert choices.grace_seconds == 0.0
    assert choices.origin == ""


def test_what_the_author_chose_is_read(site: Any, unit: Any) -> None:
    key = site.block(
        unit,
        display_name="Essay",
        lti_tool=TOOL,
        weight=12.5,
        has_score=False,
        grading_mode="programmatic",
        merge_policy="total",
        missing_items="count_as_zero",
        late_policy="ask",
        override_policy="raise",
        release_policy="hold",
    )

    choices = edx_platform.block_choices(key)

    assert choices.title == "Essay"
    assert choices.tool_uuid == TOOL
    assert choices.score_maximum == 12.5
    assert choices.is_graded is False
    assert choices.grading_mode is GradingMode.PROGRAMMATIC
    assert choices.merge_policy is MergePolicy.TOTAL
    assert choices.missing_items is MissingItems.COUNT_AS_ZERO
    assert choices.late_policy is LatePolicy.ASK
    assert choices.override_policy is OverridePolicy.RAISE
    assert choices.release_policy is ReleasePolicy.HOLD


def test_what_is_not_published_is_not_read(site: Any, unit: Any) -> None:
    key = site.block(unit, display_name="Published")
    site.edit(key, display_name="Draft")

    with site.authoring(key.course_key):
        assert edx_platform.block_choices(key).title == "Published"
        assert [choices.title for choices in edx_platform.walk_blocks(key.course_key)] == ["Published"]


@pytest.mark.parametrize(
    "name", ["grading_mode", "merge_policy", "missing_items", "late_policy", "override_policy", "release_policy"]
)
def test_a_word_that_is_not_among_the_choices_counts_as_the_default(site: Any, unit: Any, name: str) -> None:
    untouched = edx_platform.block_choices(site.block(unit))

    choices = edx_platform.block_choices(site.block(unit, **{name: "nonsense"}))

    assert getattr(choices, name) == getattr(untouched, name)


@pytest.mark.parametrize("text", ["nonsense", "1234", "0b6e7f5c-6a5b-4b0c-9a55"])
def test_a_tool_that_is_no_uuid_is_no_tool(site: Any, unit: Any, text: str) -> None:
    assert edx_platform.block_choices(site.block(unit, lti_tool=text)).tool_uuid == ""


def test_a_tool_is_written_in_one_way(site: Any, unit: Any) -> None:
    key = site.block(unit, lti_tool=f" {TOOL.upper()} ")

    assert edx_platform.block_choices(key).tool_uuid == TOOL


@pytest.mark.parametrize("weight", [0.0, -1.0, None], ids=str)
def test_a_weight_that_cannot_be_used_is_no_maximum(site: Any, unit: Any, weight: float | None) -> None:
    assert edx_platform.block_choices(site.block(unit, weight=weight)).score_maximum is None


def test_a_block_without_a_title_has_one_all_the_same(site: Any, unit: Any) -> None:
    assert edx_platform.block_choices(site.block(unit, display_name="  ")).title != ""


def test_a_title_is_no_longer_than_a_label(site: Any, unit: Any) -> None:
    assert len(edx_platform.block_choices(site.block(unit, display_name="x" * 5000)).title) == 1000


def test_dates_come_from_the_subsection_and_the_grace_period_from_the_course(site: Any) -> None:
    course = site.course(graceperiod=timedelta(hours=2))
    key = site.block(site.unit(course, due=DUE, start=OPENS))

    choices = edx_platform.block_choices(key)

    assert choices.start_date_time == OPENS
    assert choices.end_date_time == DUE
    assert choices.end_date_time is not None
    assert choices.end_date_time.tzinfo is UTC
    assert choices.grace_seconds == 7200.0


def test_a_self_paced_course_has_no_due_dates(site: Any) -> None:
    key = site.block(site.unit(site.course(self_paced=True), due=DUE))

    assert edx_platform.block_choices(key).end_date_time is None


def test_a_block_of_another_type_has_no_choices(site: Any, unit: Any) -> None:
    with pytest.raises(BlockNotFound):
        edx_platform.block_choices(unit)


def test_a_walk_finds_our_published_blocks_and_no_others(site: Any, course: Any, unit: Any) -> None:
    first, second = site.block(unit), site.block(site.unit(course))
    site.block(unit, "html")
    site.draft_block(unit)

    found = {choices.usage_key for choices in edx_platform.walk_blocks(course)}

    assert found == {str(first), str(second)}


def test_one_broken_block_does_not_hide_the_others(site: Any, course: Any, unit: Any) -> None:
    site.block(unit, display_name="Broken", grading_mode="nonsense", weight=None, lti_tool="nonsense")
    site.block(unit, display_name="Whole")

    found = {choices.title for choices in edx_platform.walk_blocks(str(course))}

    assert found == {"Broken", "Whole"}


def test_a_walk_leaves_the_branch_as_it_was(site: Any, course: Any, block: Any) -> None:
    site.edit(block, display_name="Draft")

    with site.authoring(course) as store:
        next(edx_platform.walk_blocks(course))
        assert store.get_item(block).display_name == "Draft"


@pytest.mark.django_db
def test_a_course_that_does_not_exist_cannot_be_walked() -> None:
    with pytest.raises(BlockNotFound):
        edx_platform.walk_blocks("course-v1:ContractX+Nowhere+2026")
