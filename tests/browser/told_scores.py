"""Blocks of the demo course in which one learner has scores of every kind; run inside the sandbox's LMS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import ActivityProgress, GradingProgress
from lti_ags.data import Caller, LineItemData, LineItemRecord, ScoreData
from lti_ags.models import LtiAgsLineItem, LtiConfiguration, LtiTool
from lti_ags.models.fields import digest_of
from lti_ags.services.line_items import create_line_item, find_context, find_line_item
from lti_ags.services.scores import record_score
from sandbox.seed import AUTHOR, COURSE_KEY
from tests.support.courses import Course, configuration_of, subject_of

_NUMBERS = count()
LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
COMMENT = "Well argued.\nYour second source is <b>not</b> in the list, and the link in note 3 leads nowhere."


def add_several(username: str) -> None:
    """Print the key of a block with three items of the tool: two graded, one being graded, one without a score."""
    configuration = _block("Portfolio", grading_mode="programmatic", merge_policy="highest")
    essay, talk, poster, _exam = (_item(configuration, label) for label in ("Essay", "Talk", "Poster", "Exam"))
    _post(username, configuration, essay, 90.0, comment=COMMENT)
    _post(username, configuration, talk, 75.0)
    _post(username, configuration, poster, None, grading=GradingProgress.PENDING_MANUAL)


def add_held(username: str) -> None:
    """Print the key of a block whose score waits for its release."""
    configuration = _block("Essay", release_policy="hold")
    _post(username, configuration, _platform_item(configuration), 70.0, comment=COMMENT)


def add_late(username: str) -> None:
    """Print the key of a block whose score came too late to count."""
    configuration = _block("Report", late_policy="refuse", due=LONG_AGO)
    _post(username, configuration, _platform_item(configuration), 70.0)


def _block(title: str, **fields: Any) -> LtiConfiguration:
    author = get_user_model().objects.get(username=AUTHOR)
    keys = [COURSE_KEY.make_usage_key(*name) for name in (("chapter", "assignments"), ("sequential", "lab"))]
    course = Course(author.pk, COURSE_KEY, *keys, COURSE_KEY.make_usage_key("vertical", "lab_unit"))
    location = course.add_block(LtiTool.objects.get(client_id="example-lab"), display_name=title, **fields)
    print(location)
    return configuration_of(location)


def _caller(configuration: LtiConfiguration) -> Caller:
    assert configuration.tool is not None
    return Caller(tool_id=configuration.tool.pk, client_id=configuration.tool.client_id, scopes=frozenset())


def _platform_item(configuration: LtiConfiguration) -> LineItemRecord:
    item = LtiAgsLineItem.objects.get(platform_item_of=configuration)
    return find_line_item(item.pk, caller=_caller(configuration))


def _item(configuration: LtiConfiguration, label: str) -> LineItemRecord:
    row = configuration.tool.contexts.get(course_key=configuration.course_key)
    context = find_context(str(row.uuid), caller=_caller(configuration))
    data = LineItemData(label=label, score_maximum=100.0, resource_link_id=str(configuration.location))
    return create_line_item(data, context=context, now=timezone.now())


def _post(
    username: str,
    configuration: LtiConfiguration,
    item: LineItemRecord,
    given: float | None,
    *,
    grading: GradingProgress = GradingProgress.FULLY_GRADED,
    comment: str = "",
) -> None:
    location: UsageKey = configuration.location
    number = next(_NUMBERS)
    message = ScoreData(
        user_id=subject_of(get_user_model().objects.get(username=username), location).subject,
        activity_progress=ActivityProgress.COMPLETED,
        grading_progress=grading,
        timestamp=timezone.now() - timedelta(seconds=60 - number),
        message_digest=digest_of(username, location, number),
        score_given=given,
        score_maximum=None if given is None else 100.0,
        comment=comment,
    )
    record_score(message, line_item=item, body="{}", now=timezone.now())
