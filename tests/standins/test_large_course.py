"""The large course: how much of everything there is, and that it is the same each time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model

from common.djangoapps.student.models import CourseEnrollment
from lms.djangoapps.grades import faults
from lti_ags.models import LtiAgsDelivery, LtiAgsEvent, LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiTool
from sandbox import seed
from sandbox.example_tool import EXAMPLES
from sandbox.large import problems
from sandbox.large.course import COURSE_KEY, WORKS
from sandbox.large.seeding import LEARNERS, seed_large
from tests.support.tools import register

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

#: By decision, how many grades and scores there are. Scores that contribute are in grades that are published.
GRADES = Counter(
    {
        "published": 548,
        "": 79,
        "block_not_graded": 25,
        "block_missing": 12,
        "override_kept": 7,
        "queued": 6,
        "not_enrolled": 6,
        "cleared": 4,
        "retrying": 4,
        "failed": 3,
        "staff_trial": 2,
    }
)
SCORES = Counter(
    {
        "contributes": 703,
        "not_released": 35,
        "unlinked": 29,
        "not_final": 22,
        "late_refused": 13,
        "superseded_item": 12,
        "late_held": 10,
        "cleared": 4,
    }
)
REFUSALS = Counter(
    {"invalid_member": 4, "unknown_user": 2, "stale_score": 2, "future_timestamp": 2, "missing_member": 2}
)


def counted(rows, column):
    return Counter(rows.values_list(column, flat=True))


@pytest.mark.django_db
def test_large_course_has_everything_that_can_become_of_a_score():
    seed.seed()
    for example in EXAMPLES:
        register(
            name=example.name,
            oidc_login_url="https://tool.example/login",
            launch_url="https://tool.example/launch",
            jwks_url="https://tool.example/jwks",
            client_id=example.client_id,
        )

    made = seed_large(now=NOW)

    assert made is not None
    assert made.learners == LEARNERS == 200
    assert len({user.get_full_name() for user in get_user_model().objects.all()}) >= LEARNERS
    assert CourseEnrollment.objects.filter(course_id=COURSE_KEY, is_active=True).count() == LEARNERS - problems.LEFT
    assert counted(LtiAgsGrade.objects, "decision") == GRADES
    assert counted(LtiAgsScore.objects, "decision") == SCORES
    assert counted(LtiAgsDelivery.objects.exclude(status=200), "code") == REFUSALS
    assert LtiAgsEvent.objects.filter(kind="changed_by_staff").count() == problems.OVERRIDDEN
    assert LtiAgsLineItem.objects.filter(deleted_at__isnull=False).count() == 1
    assert LtiTool.objects.filter(is_enabled=False).count() == 1
    assert {grade.configuration.location for grade in LtiAgsGrade.objects.all()} == {work.location for work in WORKS}
    assert LtiAgsScore.objects.filter(received_at__lt=NOW).count() > 0.9 * LtiAgsScore.objects.count()
    assert not faults.faults_file().exists()

    assert seed_large(now=NOW) is None
