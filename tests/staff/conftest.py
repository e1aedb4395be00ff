"""A course with a block and its staff, and pages to open."""

from __future__ import annotations

from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiConfiguration
from tests.support.courses import Course, configuration_of, make_staff
from tests.support.staff_pages import Visitor


@pytest.fixture
def block(declarative_block: UsageKey) -> LtiConfiguration:
    """The configuration of the block to which the tool pushes a single grade."""
    return configuration_of(declarative_block)


@pytest.fixture
def teacher(course: Course) -> Any:
    """A member of the course's staff."""
    return make_staff(course)


@pytest.fixture
def staff(teacher: Any) -> Visitor:
    """The teacher at the pages."""
    return Visitor(teacher)
