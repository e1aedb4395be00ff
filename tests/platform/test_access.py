"""Who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from opaque_keys.edx.keys import LearningContextKey

from lti_ags import edx_platform
from lti_ags.edx_platform.access import is_course_admin
from lti_ags.exceptions import BlockNotFound, PermanentPlatformError

pytestmark = pytest.mark.platform

NOT_YET = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def staff(site: Any, course: Any) -> Any:
    user = site.user()
    site.give_role(user, "CourseStaffRole", course)
    return _fresh(user)


def _fresh(user: Any) -> Any:
    """Read a user anew: the platform keeps roles on the object."""
    return get_user_model().objects.get(pk=user.pk)


@pytest.mark.parametrize("role", ["CourseStaffRole", "CourseInstructorRole"])
def test_the_course_team_is_staff_of_that_course_only(site: Any, course: Any, role: str) -> None:
    user = site.user()
    site.give_role(user, role, course)

    assert edx_platform.is_course_staff(course, user=_fresh(user)) is True
    assert edx_platform.is_course_staff(site.course(), user=_fresh(user)) is False


def test_the_sites_staff_are_staff_everywhere(site: Any, course: Any) -> None:
    assert edx_platform.is_course_staff(str(course), user=site.user(is_staff=True)) is True


def test_learners_and_strangers_are_no_staff(site: Any, course: Any, learner: Any) -> None:
    for user in (learner, site.user(), AnonymousUser(), None):
        assert edx_platform.is_course_staff(course, user=user) is False


def test_the_course_team_may_author(site: Any, course: Any, staff: Any, learner: Any) -> None:
    assert edx_platform.can_author(course, user=staff) is True
    for user in (learner, AnonymousUser(), None):
        assert edx_platform.can_author(course, user=user) is False


@pytest.mark.parametrize("library", ["lib:ContractX:library", "library-v1:ContractX+library"])
def test_rights_in_a_library_are_not_asked_for(site: Any, library: str) -> None:
    key = LearningContextKey.from_string(library)

    with pytest.raises(PermanentPlatformError):
        edx_platform.can_author(key, user=site.user())


def test_admins_of_a_course_are_those_who_may_appoint_others(site: Any, course: Any, staff: Any, learner: Any) -> None:
    admin = site.user()
    site.give_role(admin, "CourseInstructorRole", course)

    assert is_course_admin(str(course), user=_fresh(admin)) is True
    assert is_course_admin(course, user=site.user(is_staff=True)) is True
    assert is_course_admin(site.course(), user=_fresh(admin)) is False
    for user in (staff, learner, AnonymousUser(), None):
        assert is_course_admin(course, user=user) is False


def test_a_learner_may_open_a_block(block: Any, learner: Any) -> None:
    assert edx_platform.can_load(block, user=learner) is True


def test_staff_may_open_a_block_without_being_enrolled(block: Any, staff: Any) -> None:
    assert edx_platform.can_load(block, user=staff) is True


def test_who_is_not_enrolled_may_not_open_a_block(site: Any, course: Any, block: Any, learner: Any) -> None:
    site.unenrol(learner, course)

    for user in (learner, site.user(), AnonymousUser(), None):
        assert edx_platform.can_load(block, user=user) is False


@pytest.mark.parametrize(
    "fields", [{"visible_to_staff_only": True}, {"start": NOT_YET}], ids=["for staff only", "not open yet"]
)
def test_a_learner_may_not_open_what_is_not_there_for_learners(
    site: Any, unit: Any, learner: Any, staff: Any, fields: dict[str, Any]
) -> None:
    block = site.block(unit, **fields)

    assert edx_platform.can_load(block, user=learner) is False
    assert edx_platform.can_load(block, user=staff) is True


def test_nobody_may_open_a_block_that_is_not_published(site: Any, unit: Any, staff: Any) -> None:
    with pytest.raises(BlockNotFound):
        edx_platform.can_load(site.draft_block(unit), user=staff)


def test_nobody_masquerades_who_did_not_say_so(course: Any, learner: Any, staff: Any) -> None:
    for user in (learner, staff, AnonymousUser(), None):
        assert edx_platform.is_masquerading(user, course) is False


@pytest.mark.parametrize(
    "as_whom", [{"role": "student"}, {"role": "student", "user_name": "somebody"}], ids=["any learner", "one learner"]
)
def test_staff_on_a_page_of_the_course_masquerade_as_learners(
    site: Any, course: Any, staff: Any, as_whom: dict[str, str]
) -> None:
    staff.masquerade_settings = {course: _masquerade(course, **as_whom)}

    assert edx_platform.is_masquerading(staff, str(course)) is True
    assert edx_platform.is_masquerading(staff, site.course()) is False


def test_staff_who_look_as_staff_do_not_masquerade(course: Any, staff: Any) -> None:
    staff.masquerade_settings = {course: _masquerade(course, role="staff")}

    assert edx_platform.is_masquerading(staff, course) is False


def test_masquerading_is_known_on_pages_outside_of_the_course(course: Any, staff: Any, learner: Any) -> None:
    session = {"masquerade_settings": {course: _masquerade(course, role="student")}}

    with _serving(staff, session):
        assert edx_platform.is_masquerading(staff, course) is True
        assert edx_platform.is_masquerading(learner, course) is False


def test_what_is_left_in_the_session_of_former_staff_does_not_count(course: Any, learner: Any) -> None:
    session = {"masquerade_settings": {course: _masquerade(course, role="student")}}

    with _serving(learner, session):
        assert edx_platform.is_masquerading(learner, course) is False


def _masquerade(course_key: Any, **as_whom: Any) -> Any:
    from lms.djangoapps.courseware.masquerade import CourseMasquerade

    return CourseMasquerade(course_key, **as_whom)


@contextmanager
def _serving(user: Any, session: dict[str, Any]) -> Iterator[None]:
    """Let this thread serve a request of a user."""
    import crum
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = user
    request.session = session  # type: ignore[assignment]  # a dict does what is asked of a session here
    crum.set_current_request(request)
    try:
        yield
    finally:
        crum.set_current_request(None)
