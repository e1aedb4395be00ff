"""Who a user is to the platform, to tools and to a course."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from lti_ags import edx_platform
from lti_ags.data import Enrolment
from lti_ags.exceptions import PermanentPlatformError

pytestmark = pytest.mark.platform


@pytest.fixture
def lti_ids(site: Any) -> Any:
    """The platform's type of ids for LTI, which a database made without migrations has not."""
    from openedx.core.djangoapps.external_user_ids.models import ExternalIdType

    return ExternalIdType.objects.get_or_create(name="lti", defaults={"description": "LTI"})[0]


def test_an_enrolled_learner_is_enrolled(course: Any, learner: Any) -> None:
    assert edx_platform.enrolment(course, user_id=learner.pk) is Enrolment.ENROLLED


def test_a_learner_who_left_has_left(site: Any, course: Any, learner: Any) -> None:
    site.unenrol(learner, course)

    assert edx_platform.enrolment(str(course), user_id=learner.pk) is Enrolment.LEFT


def test_a_learner_who_came_back_is_enrolled_within_the_same_request(site: Any, course: Any, learner: Any) -> None:
    site.unenrol(learner, course)
    edx_platform.enrolment(course, user_id=learner.pk)

    site.enrol(learner, course)

    assert edx_platform.enrolment(course, user_id=learner.pk) is Enrolment.ENROLLED


def test_somebody_else_is_nobody(site: Any, course: Any) -> None:
    assert edx_platform.enrolment(course, user_id=site.user().pk) is Enrolment.NONE


def test_a_user_who_does_not_exist_is_nobody(course: Any) -> None:
    assert edx_platform.enrolment(course, user_id=2**30) is Enrolment.NONE


def test_a_learner_of_another_run_is_nobody(site: Any, learner: Any) -> None:
    assert edx_platform.enrolment(site.course(), user_id=learner.pk) is Enrolment.NONE


@pytest.mark.parametrize("role", ["CourseStaffRole", "CourseInstructorRole", "CourseBetaTesterRole"])
def test_the_course_team_is_staff(site: Any, course: Any, role: str) -> None:
    user = site.user()
    site.give_role(user, role, course)

    assert edx_platform.enrolment(course, user_id=user.pk) is Enrolment.STAFF


def test_staff_of_the_site_are_staff(site: Any, course: Any) -> None:
    assert edx_platform.enrolment(course, user_id=site.user(is_staff=True).pk) is Enrolment.STAFF


def test_enrolled_staff_are_enrolled(site: Any, course: Any, learner: Any) -> None:
    site.give_role(learner, "CourseStaffRole", course)

    assert edx_platform.enrolment(course, user_id=learner.pk) is Enrolment.ENROLLED


def test_a_learner_has_one_subject_in_all_courses(lti_ids: Any, learner: Any) -> None:
    subject = edx_platform.subject_of_user(learner.pk)

    assert subject is not None
    assert str(uuid.UUID(subject)) == subject
    assert edx_platform.subject_of_user(learner.pk) == subject


def test_two_learners_have_two_subjects(lti_ids: Any, site: Any, learner: Any) -> None:
    assert edx_platform.subject_of_user(learner.pk) != edx_platform.subject_of_user(site.user().pk)


def test_a_subject_leads_back_to_its_learner(lti_ids: Any, learner: Any) -> None:
    subject = edx_platform.subject_of_user(learner.pk)

    assert subject is not None
    assert edx_platform.user_of_subject(subject) == learner.pk
    assert edx_platform.user_of_subject(subject.upper()) is None


@pytest.mark.parametrize("subject", ["", "nonsense", "12345", "0b6e7f5c-6a5b-4b0c-9a55-1f0ac1b0a001", "x" * 5000])
def test_an_unknown_subject_is_nobodys(lti_ids: Any, subject: str) -> None:
    assert edx_platform.user_of_subject(subject) is None


def test_an_id_of_another_type_is_no_subject(site: Any, learner: Any) -> None:
    from openedx.core.djangoapps.external_user_ids.models import ExternalId, ExternalIdType

    ExternalIdType.objects.get_or_create(name="caliper", defaults={"description": "Caliper"})
    other, _is_new = ExternalId.add_new_user_id(learner, "caliper")

    assert edx_platform.user_of_subject(str(other.external_user_id)) is None


def test_without_the_type_of_ids_there_is_no_subject(lti_ids: Any, learner: Any) -> None:
    lti_ids.delete()

    assert edx_platform.subject_of_user(learner.pk) is None


def test_a_user_who_does_not_exist_has_no_subject(lti_ids: Any) -> None:
    with pytest.raises(PermanentPlatformError, match="no user"):
        edx_platform.subject_of_user(2**30)
