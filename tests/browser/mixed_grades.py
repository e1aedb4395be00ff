"""A block of the demo course with learners whose grades stand everywhere; run inside the sandbox's LMS."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.courseware.model_data import set_score
from lti_ags.constants import ActivityProgress, GradingProgress
from lti_ags.data import Caller, Points, ScoreData
from lti_ags.exceptions import StaleScore
from lti_ags.models import LtiAgsDelivery, LtiTool
from lti_ags.models.fields import digest_of
from lti_ags.services.deliveries import record_refusal
from lti_ags.services.grade_rows import find_grade_of_user
from lti_ags.services.line_items import find_line_item
from lti_ags.services.scores import record_score
from lti_ags.services.staff_actions import keep_staffs_score
from sandbox.people import enroll, make_user
from sandbox.seed import AUTHOR, COURSE_KEY, LEARNERS, TEACHER
from tests.support.courses import Course, configuration_of, subject_of

_SURNAMES = (
    "Abara",
    "Bianchi",
    "Castillo",
    "Dvorak",
    "Eriksen",
    "Fofana",
    "Gruber",
    "Hossain",
    "Ivanova",
    "Jansen",
    "Kaya",
)
_NAMES = ("Lina", "Omar", "Petra", "Rui", "Saida")
_COMMENT = "Clear argument.\nSee my note on <b>sources</b> in the text."


def add_block(title: str, *, more: int) -> None:
    """
    Add the block, the learners and the scores, and print what names the block's page and one message.

    Arguments:
        more: how many learners with plain grades there are besides the five.
    """
    author = get_user_model().objects.get(username=AUTHOR)
    keys = [COURSE_KEY.make_usage_key(*name) for name in (("chapter", "assignments"), ("sequential", "quiz"))]
    course = Course(author.pk, COURSE_KEY, *keys, COURSE_KEY.make_usage_key("vertical", "quiz_unit"))
    now = timezone.now()
    tool = LtiTool.objects.order_by("pk").first()
    due = now - timedelta(days=2)
    location = course.add_block(tool, display_name=title, late_policy="ask", due=due)
    amira, diego, mei, tomasz, zanele = (get_user_model().objects.get(username=name) for name in LEARNERS)
    for number, learner in enumerate(_more_learners(more)):
        _post(learner, location, 30.0 + number * 37 % 71, at=now - timedelta(days=5, hours=number))
    _post(amira, location, 92.0, at=now - timedelta(days=4), comment=_COMMENT)
    _refuse(amira, location, at=now - timedelta(days=6))
    _post(diego, location, None, at=now - timedelta(days=3), grading=GradingProgress.PENDING_MANUAL)
    _post(mei, location, 70.0, at=now - timedelta(hours=3))
    _post(tomasz, location, None, at=now - timedelta(days=4), grading=GradingProgress.FAILED)
    _post(zanele, location, 40.0, at=now - timedelta(days=4))
    _change_by_hand(zanele, location, now=now)
    delivery = LtiAgsDelivery.objects.filter(status=409).latest("pk")
    print(json.dumps({"uuid": str(configuration_of(location).uuid), "delivery": str(delivery.uuid)}))


def _more_learners(number: int) -> list[Any]:
    names = [f"{first} {last}" for last in _SURNAMES for first in _NAMES][:number]
    learners = [make_user(name.replace(" ", ".").lower(), name) for name in names]
    for learner in learners:
        enroll(learner, COURSE_KEY)
    return learners


def _change_by_hand(user: Any, location: UsageKey, *, now: datetime) -> None:
    """Write into the gradebook as its own pages do, and have the teacher keep it."""
    set_score(user.pk, location, 8.0, 10.0)
    grade = find_grade_of_user(location, user_id=user.pk)
    assert grade is not None
    teacher = get_user_model().objects.get(username=TEACHER)
    keep_staffs_score(grade, held=Points(earned=8.0, possible=10.0), actor_id=teacher.pk, now=now)


def _refuse(user: Any, location: UsageKey, *, at: datetime) -> None:
    """Refuse an old message, as the score endpoint does."""
    item, caller = _item(location)
    try:
        _post(user, location, 12.0, at=at)
    except StaleScore as error:
        subject = subject_of(user, location).subject
        record_refusal(error, status=409, caller=caller, line_item=item, body="{}", user_id=subject, now=timezone.now())


def _post(
    user: Any,
    location: UsageKey,
    given: float | None,
    *,
    at: datetime,
    grading: GradingProgress = GradingProgress.FULLY_GRADED,
    comment: str = "",
) -> None:
    item, _caller = _item(location)
    message = ScoreData(
        user_id=subject_of(user, location).subject,
        activity_progress=ActivityProgress.SUBMITTED if given is None else ActivityProgress.COMPLETED,
        grading_progress=grading,
        timestamp=at,
        message_digest=digest_of(user.pk, location, given),
        score_given=given,
        score_maximum=None if given is None else 100.0,
        comment=comment,
        submitted_at=at,
    )
    body = {
        "userId": message.user_id,
        "activityProgress": message.activity_progress.value,
        "gradingProgress": message.grading_progress.value,
        "timestamp": at.isoformat(),
        **({} if given is None else {"scoreGiven": given, "scoreMaximum": 100}),
        **({"comment": comment} if comment else {}),
    }
    record_score(message, line_item=item, body=json.dumps(body), now=timezone.now())


def _item(location: UsageKey) -> tuple[Any, Caller]:
    configuration = configuration_of(location)
    assert configuration.tool is not None
    caller = Caller(tool_id=configuration.tool.pk, client_id=configuration.tool.client_id, scopes=frozenset())
    return find_line_item(configuration.platform_item.pk, caller=caller), caller
