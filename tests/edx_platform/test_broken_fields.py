"""Fields that hold what no editor would have written: courses are imported from files that people edit."""

from __future__ import annotations

from typing import Any

import pytest
from xblock import plugin
from xblock.core import XBlock
from xblock.fields import Scope, String

from lti_ags import edx_platform
from lti_ags.constants import MergePolicy
from sandbox.courses import add_graded_block, make_course


class BlockWithoutChecks(XBlock):
    """A block of ours whose fields take any text."""

    lti_tool = String(scope=Scope.settings)
    merge_policy = String(scope=Scope.settings, default="latest")


@pytest.fixture
def course(db: None) -> Any:
    return make_course("course-v1:DemoX+Broken+2026")


def test_a_date_that_cannot_be_read_is_left_out(
    course: Any, caplog: pytest.LogCaptureFixture, failed_receivers: list[BaseException]
) -> None:
    key = add_graded_block(course, display_name="Whole", start="sometime")

    choices = edx_platform.block_choices(key)

    assert choices.title == "Whole"
    assert choices.start_date_time is None
    assert f"{key}: the field start cannot be read" in caplog.text
    # The platform's own dates could not be taken from it, either.
    assert [type(error) for error in failed_receivers] == [ValueError]
    failed_receivers.clear()


def test_a_word_that_is_no_choice_is_the_default(
    course: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(plugin.PLUGIN_CACHE, (XBlock.entry_point, "lti_ags"), BlockWithoutChecks)
    key = add_graded_block(course, merge_policy="the one I like best")

    assert edx_platform.block_choices(key).merge_policy is MergePolicy.LATEST
    assert f"{key}: the field merge_policy is not one of its choices; latest counts" in caplog.text
