"""Where a copied block comes from, which only Studio has fields for."""

from __future__ import annotations

from typing import Any

import pytest

from lti_ags import edx_platform
from sandbox.courses import add_section, add_subsection, add_unit, make_course

ORIGIN = "block-v1:DemoX+Other+2026+type@lti_ags+block@source"


class Opaque:
    """What a site may put around the field data of its blocks: it passes all on and shows nothing of what is inside."""

    def __init__(self, _block: Any, inside: Any) -> None:
        for name in ("get", "has", "default", "set", "set_many", "delete"):
            setattr(self, name, getattr(inside, name))


@pytest.fixture
def unit(db: None) -> Any:
    return unit_of_course()


def unit_of_course(**settings: Any) -> Any:
    """Make a course, and return a unit of it."""
    course = make_course("course-v1:DemoX+Origins+2026", **settings)
    return add_unit(add_subsection(add_section(course)))


def copied_block(unit: Any, **fields: str) -> Any:
    from xmodule.modulestore.django import modulestore

    key = modulestore().create_child(-3, unit, "lti_ags", fields=fields).location
    modulestore().publish(unit, -3)
    return key


@pytest.mark.parametrize("field", ["copied_from_block", "upstream"])
def test_a_copy_tells_its_origin_in_the_lms_and_in_studio_alike(unit: Any, field: str) -> None:
    from xmodule.modulestore.process import as_studio

    key = copied_block(unit, **{field: ORIGIN})

    in_lms = edx_platform.block_choices(key)
    with as_studio():
        in_studio = edx_platform.block_choices(key)

    assert in_lms.origin == ORIGIN
    assert in_lms == in_studio


def test_a_block_that_was_made_here_has_no_origin(unit: Any) -> None:
    assert edx_platform.block_choices(copied_block(unit)).origin == ""


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("field", ["copied_from_block", "upstream"])
def test_a_copy_in_a_self_paced_course_tells_its_origin(field: str) -> None:
    key = copied_block(unit_of_course(self_paced=True), **{field: ORIGIN})

    assert edx_platform.block_choices(key).origin == ORIGIN
    assert [choices.origin for choices in edx_platform.walk_blocks(key.course_key)] == [ORIGIN]


def test_where_the_store_is_out_of_reach_a_copy_is_read_without_its_origin(
    unit: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    key = copied_block(unit, display_name="A copy", copied_from_block=ORIGIN)
    settings.XBLOCK_FIELD_DATA_WRAPPERS = [f"{__name__}:Opaque"]

    choices = edx_platform.block_choices(key)

    assert (choices.title, choices.origin) == ("A copy", "")
    assert "out of reach" in caplog.text
