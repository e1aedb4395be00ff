"""A course with a block, its staff, learners with scores, and pages to open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsGrade, LtiConfiguration
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, configuration_of, enrol, external_id, make_staff, make_user, subject_of
from tests.support.staff_pages import Visitor

#: What a tool says of work that it has taken in and not graded yet.
PENDING: Final = {
    "scoreGiven": None,
    "scoreMaximum": None,
    "gradingProgress": "PendingManual",
    "activityProgress": "Submitted",
}

#: Posts a score for a new learner: a name, the block, and members of the score; returns the grade.
Score = Callable[..., LtiAgsGrade]


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


@pytest.fixture
def send_score(course: Course, ags: Ags, django_capture_on_commit_callbacks: Any) -> Score:
    """What the tool sends about a learner, who is made and enrolled for it, and what it becomes."""

    def send(name: str, block: LtiConfiguration, *, user: Any = None, item: int | None = None, **members: Any) -> Any:
        learner = user if user is not None else make_user(name)
        if user is None:
            enrol(learner, course)
        subject = subject_of(learner, block.location)
        number = item if item is not None else block.line_items.get(deleted_at=None).pk
        with django_capture_on_commit_callbacks(execute=True):
            response = ags.post_score(number, score_body(external_id(learner), **members))
        assert response.status_code == 200, response.content
        return LtiAgsGrade.objects.get(configuration=block, subject=subject)

    return send
