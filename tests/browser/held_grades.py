"""A block of the demo course with five learners' scores that wait for their release; run inside the sandbox's LMS."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import ActivityProgress, GradingProgress, StaffAction
from lti_ags.data import Caller, ScoreData
from lti_ags.models import LtiAgsBulkAction, LtiAgsGrade, LtiTool
from lti_ags.models.fields import digest_of
from lti_ags.services.line_items import find_line_item
from lti_ags.services.scores import record_score
from sandbox.seed import AUTHOR, COURSE_KEY, LEARNERS, TEACHER
from tests.support.courses import Course, configuration_of, subject_of


def add_block(title: str) -> None:
    """Add the block and the scores, and print what names the block's page."""
    author = get_user_model().objects.get(username=AUTHOR)
    keys = [COURSE_KEY.make_usage_key(*name) for name in (("chapter", "assignments"), ("sequential", "quiz"))]
    course = Course(author.pk, COURSE_KEY, *keys, COURSE_KEY.make_usage_key("vertical", "quiz_unit"))
    tool = LtiTool.objects.order_by("pk").first()
    location = course.add_block(tool, display_name=title, release_policy="hold")
    for number, username in enumerate(LEARNERS):
        _post(get_user_model().objects.get(username=username), location, 50.0 + 10.0 * number)
    print(json.dumps({"uuid": str(configuration_of(location).uuid)}))


def add_stopped_action(title: str) -> None:
    """Write down an action of the teacher that was begun and left by a process that died; print its name."""
    grades = LtiAgsGrade.objects.filter(configuration__title=title).order_by("pk")
    row = LtiAgsBulkAction.objects.create(
        configuration=grades[0].configuration,
        actor=get_user_model().objects.get(username=TEACHER),
        action=StaffAction.PUBLISH_AGAIN.value,
        grade_ids=[grade.pk for grade in grades],
        total=len(grades),
        created_at=timezone.now(),
    )
    print(json.dumps({"uuid": str(row.uuid)}))


def _post(user: Any, location: UsageKey, given: float) -> None:
    configuration = configuration_of(location)
    assert configuration.tool is not None
    caller = Caller(tool_id=configuration.tool.pk, client_id=configuration.tool.client_id, scopes=frozenset())
    message = ScoreData(
        user_id=subject_of(user, location).subject,
        activity_progress=ActivityProgress.COMPLETED,
        grading_progress=GradingProgress.FULLY_GRADED,
        timestamp=timezone.now(),
        message_digest=digest_of(user.pk, location, given),
        score_given=given,
        score_maximum=100.0,
    )
    item = find_line_item(configuration.platform_item.pk, caller=caller)
    record_score(message, line_item=item, body="{}", now=timezone.now())
