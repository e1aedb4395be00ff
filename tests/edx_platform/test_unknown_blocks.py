"""A process in which our block type is not installed must not take the course for one without tools."""

from __future__ import annotations

from typing import Any

import pytest
from xblock import plugin
from xblock.core import XBlock

from lti_ags import edx_platform
from lti_ags.exceptions import PermanentPlatformError
from sandbox.courses import add_graded_block, make_course


@pytest.fixture
def block(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make a block, and forget its class."""
    from xmodule.core_blocks import HiddenBlock

    key = add_graded_block(make_course("course-v1:DemoX+Unknown+2026"))
    monkeypatch.setitem(plugin.PLUGIN_CACHE, (XBlock.entry_point, "lti_ags"), HiddenBlock)
    return key


def test_it_cannot_be_read(block: Any) -> None:
    with pytest.raises(PermanentPlatformError, match="does not know the block type lti_ags"):
        edx_platform.block_choices(block)


def test_its_course_cannot_be_walked(block: Any) -> None:
    with pytest.raises(PermanentPlatformError, match="does not know the block type lti_ags"):
        edx_platform.walk_blocks(block.course_key)
