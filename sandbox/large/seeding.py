"""Makes the large course with its term. What is there already stays: a second time nothing is done."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.test import override_settings

from lti_ags.models import LtiAgsDelivery, LtiTool
from lti_ags.services.registrations import Registration
from lti_ags.services.tools import Place, make_available, register_tool, set_enabled
from sandbox.example_tool import EXAMPLES
from sandbox.large.course import COURSE_KEY, WORKS, build_course
from sandbox.large.names import invent_people
from sandbox.large.posting import Tools
from sandbox.large.problems import Troubles
from sandbox.large.term import term_messages
from sandbox.people import enroll, make_course_staff, make_user
from sandbox.seed import AUTHOR, TEACHER

LEARNERS: Final = 200
_SEED: Final = 2026


@dataclass(frozen=True)
class Made:
    """What was made: counts, for whoever asked for it."""

    learners: int
    messages: int


def seed_large(*, now: datetime) -> Made | None:
    """
    Make the course, its people and its term, which ends now; None where the course is there already.

    Raises:
        LtiTool.DoesNotExist: the example tools are not registered yet.
    """
    from xmodule.modulestore.django import modulestore

    if modulestore().has_course(COURSE_KEY) is not None:
        return None
    tools = {example.client_id: LtiTool.objects.get(client_id=example.client_id) for example in EXAMPLES}
    # Grades are published one by one, as of the time of their scores, and some not at all.
    with override_settings(LTI_AGS_PUBLISH="manual"):
        learners = _make_people()
        for tool in tools.values():
            make_available(tool, courses=[COURSE_KEY])
        _register_a_tool_that_is_gone()
        build_course(tools, today=now)
        _play_term(Tools(tools), learners, now)
    return Made(learners=len(learners), messages=LtiAgsDelivery.objects.filter(context__course_key=COURSE_KEY).count())


def _make_people() -> list[Any]:
    people = invent_people(LEARNERS, chance=random.Random(_SEED))  # noqa: S311 - invented, not secret
    for username in (AUTHOR, TEACHER):
        make_course_staff(get_user_model().objects.get(username=username), COURSE_KEY, instructor=username == TEACHER)
    learners = [make_user(person.username, person.full_name) for person in people]
    for learner in learners:
        enroll(learner, COURSE_KEY)
    return learners


def _register_a_tool_that_is_gone() -> None:
    """Register a tool of an earlier year, which the operator has disabled."""
    registration = Registration(
        name="Simulator of last year",
        oidc_login_url="https://simulator.example/login",
        launch_url="https://simulator.example/launch",
        jwks_url="https://simulator.example/jwks",
    )
    tool = register_tool(registration, places=[Place(org=str(COURSE_KEY.org))], client_id="simulator-2025")
    set_enabled([tool], is_enabled=False)


def _play_term(tools: Tools, learners: list[Any], now: datetime) -> None:
    for work in WORKS:
        tools.prepare(work, at=now - timedelta(days=work.opened))
    chance = random.Random(_SEED)  # noqa: S311 - invented, not secret
    for message in term_messages(learners, today=now, chance=chance):
        tools.send(message)
    teacher = get_user_model().objects.get(username=TEACHER)
    Troubles(tools, learners, teacher, now).play()
