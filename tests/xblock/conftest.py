"""The author of the course, and a tool that sends scores to its blocks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import UsageKey

from lti_ags.services.configurations import find_configuration
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, subject_of

SendScore = Callable[..., None]
_NUMBERS = count(1)


@pytest.fixture
def author(course: Course) -> Any:
    """The course's own author."""
    return get_user_model().objects.get(pk=course.author_id)


@pytest.fixture
def send_score(ags: Ags) -> SendScore:
    """The tool posts a score for a user, each later than the one before; to the block's own item unless told."""

    def send(user: Any, location: UsageKey, *, item: int | None = None, **members: Any) -> None:
        subject = subject_of(user, location).subject
        if item is None:
            configuration = find_configuration(location)
            assert configuration is not None
            item = configuration.platform_item.pk
        number = next(_NUMBERS)
        timestamp = f"2026-03-01T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}.000Z"
        response = ags.post_score(item, score_body(subject, timestamp=timestamp, **members))
        assert response.status_code == 200, response.content

    return send
