"""Where a copied block comes from, which only Studio has fields for."""

from __future__ import annotations

from typing import Any

import pytest

from lti_ags import edx_platform
from sandbox.courses import add_section, add_subsection, add_unit, make_course

ORIGIN = "block-v1:DemoX+Other+2026+type@lti_ags+block@source"


@pytest.fixture
def unit(db: None) -> Any:
    return add_unit(add_subsection(add_section(make_course("course-v1:DemoX+Origins+2026"))))


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
