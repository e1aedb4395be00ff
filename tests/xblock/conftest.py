"""The author of the course."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from tests.support.courses import Course


@pytest.fixture
def author(course: Course) -> Any:
    """The course's own author."""
    return get_user_model().objects.get(pk=course.author_id)
