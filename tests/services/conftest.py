"""Blocks with a tool, learners, and scores as the service takes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lti_ags.constants import ActivityProgress, GradingMode, GradingProgress
from lti_ags.data import Caller, LineItemData, ScoreData, ScoreOutcome
from lti_ags.models import LtiAgsGrade, LtiTool
from lti_ags.models.fields import digest_of
from lti_ags.services.configurations import find_configuration
from lti_ags.services.line_items import create_line_item, find_context, find_line_item
from lti_ags.services.scores import record_score
from tests.support.courses import Course, configuration_of, make_course, make_learner, subject_of
from tests.support.tools import RegisteredTool

Say = Callable[..., ScoreOutcome]


@pytest.fixture(autouse=True)
def publish_inline(settings: Any) -> None:
    settings.LTI_AGS_PUBLISH = "inline"


@pytest.fixture(autouse=True)
def healthy_platform() -> Any:
    faults.clear_faults()
    yield
    faults.clear_faults()


@pytest.fixture
def course() -> Course:
    return make_course()


@pytest.fixture
def tool(course: Course) -> LtiTool:
    return RegisteredTool.register(name="Example tool").tool


@pytest.fixture
def declarative(course: Course, tool: LtiTool) -> UsageKey:
    location = course.add_block(tool)
    configuration_of(location)
    return location


@pytest.fixture
def programmatic(course: Course, tool: LtiTool) -> UsageKey:
    location = course.add_block(tool, grading_mode=GradingMode.PROGRAMMATIC.value)
    configuration_of(location)
    return location


@pytest.fixture
def learner(course: Course, tool: LtiTool) -> Any:
    return make_learner(course)


def caller_of(tool: LtiTool) -> Caller:
    return Caller(tool_id=tool.pk, client_id=tool.client_id, scopes=frozenset())


def platform_item(location: UsageKey) -> int:
    configuration = find_configuration(location)
    assert configuration is not None
    return configuration.platform_item.pk


def new_item(tool: LtiTool, location: UsageKey | None, course: Course, **changes: Any) -> int:
    """Let the tool create a line item, linked to the block or to none."""
    context = tool.contexts.get(course_key_digest=digest_of(course.key))
    data = LineItemData(
        **{
            "label": "Essay",
            "score_maximum": 10.0,
            "resource_link_id": None if location is None else str(location),
            **changes,
        }
    )
    record = find_context(str(context.uuid), caller=caller_of(tool))
    return create_line_item(data, context=record, now=timezone.now()).id


_DIGESTS = count(1)
START = datetime.now(UTC) - timedelta(hours=6)
_MINUTES = count(1)


@pytest.fixture
def say(tool: LtiTool) -> Say:
    """
    Record a score of the tool, or of its ``sender``.

    Each message is a minute later than the one before, unless it says otherwise.
    """

    def record(user: Any, line_item_id: int, given: float | None = 83.0, **changes: Any) -> ScoreOutcome:
        item = find_line_item(line_item_id, caller=caller_of(changes.pop("sender", tool)))
        now = changes.pop("now", None) or timezone.now()
        location = item.resource_link_id
        if location is not None:
            subject = subject_of(user, UsageKey.from_string(location)).subject
        else:
            subject = changes.pop("subject")
        message = ScoreData(
            **{
                "user_id": subject,
                "activity_progress": ActivityProgress.COMPLETED,
                "grading_progress": GradingProgress.FULLY_GRADED,
                "timestamp": START + timedelta(seconds=next(_MINUTES)),
                "message_digest": digest_of(next(_DIGESTS)),
                "score_given": given,
                "score_maximum": None if given is None else 100.0,
                **changes,
            }
        )
        return record_score(message, line_item=item, body="{}", now=now)

    return record


def grade_of(user: Any, location: UsageKey) -> LtiAgsGrade:
    return LtiAgsGrade.objects.get(configuration=find_configuration(location), subject__user=user)
