"""Ids, enrolments, roles and what may be asked of them."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.test import override_settings
from openedx_events.learning.signals import (
    COURSE_ENROLLMENT_CHANGED,
    COURSE_ENROLLMENT_CREATED,
    COURSE_UNENROLLMENT_COMPLETED,
)

from common.djangoapps.student.auth import has_studio_read_access, has_studio_write_access
from common.djangoapps.student.models import CourseEnrollment, anonymous_id_for_user, user_by_anonymous_id
from common.djangoapps.student.roles import CourseInstructorRole, CourseStaffRole, GlobalStaff, OrgStaffRole
from lms.djangoapps.ccx.api import create_ccx
from lms.djangoapps.course_api.api import get_course_members
from lms.djangoapps.course_api.exceptions import OverEnrollmentLimitException
from lms.djangoapps.courseware.access import has_access
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from openedx.core.djangoapps.enrollments.api import get_enrollment
from openedx.core.djangoapps.external_user_ids.models import ExternalId, ExternalIdType
from openedx.core.djangoapps.user_api.accounts.signals import USER_RETIRE_LMS_MISC
from openedx.core.djangoapps.user_api.accounts.views import LMSAccountRetirementView
from openedx.core.djangoapps.waffle_utils import CourseWaffleFlag
from openedx.core.djangoapps.waffle_utils.models import WaffleFlagCourseOverrideModel
from sandbox import courses, people
from xmodule.modulestore.django import modulestore


def test_an_anonymous_id_is_32_hex_digits_and_one_for_each_course(course, ada):
    first = anonymous_id_for_user(ada, course)
    second = anonymous_id_for_user(ada, courses.make_course("course-v1:Other+Course+2026"))

    assert len(first) == 32
    assert int(first, 16) >= 0
    assert first != second
    assert anonymous_id_for_user(ada, course) == first


def test_an_anonymous_id_leads_back_to_its_user(course, ada):
    assert user_by_anonymous_id(anonymous_id_for_user(ada, course)) == ada


def test_an_unknown_anonymous_id_is_nobodys(db):
    assert user_by_anonymous_id("0" * 32) is None
    assert user_by_anonymous_id(None) is None


def test_an_anonymous_user_has_no_anonymous_id(course):
    assert anonymous_id_for_user(AnonymousUser(), course) is None


def test_an_external_id_is_one_for_all_courses(ada):
    first, created = ExternalId.add_new_user_id(ada, "lti")
    again, created_again = ExternalId.add_new_user_id(ada, "lti")

    assert (created, created_again) == (True, False)
    assert first == again
    assert isinstance(first.external_user_id, uuid.UUID)


def test_without_its_type_an_external_id_is_none(ada):
    ExternalIdType.objects.all().delete()

    assert ExternalId.add_new_user_id(ada, "lti") == (None, False)
    assert ExternalId.batch_get_or_create_user_ids([ada], "lti") is None


def test_external_ids_of_many_users_come_at_once(ada, ben):
    assert set(ExternalId.batch_get_or_create_user_ids([ada, ben], "lti")) == {ada.id, ben.id}


def test_looking_for_what_is_no_uuid_is_a_validation_error(db):
    with pytest.raises(ValidationError):
        ExternalId.objects.filter(external_user_id="not-a-uuid").first()


def test_leaving_a_course_keeps_an_inactive_row(course, ada):
    CourseEnrollment.unenroll(ada, course)

    assert CourseEnrollment.is_enrolled(ada, course) is False
    assert CourseEnrollment.get_enrollment(ada, course).is_active is False
    assert get_enrollment("ada", str(course))["is_active"] is False


def test_coming_back_makes_the_row_active(course, ada):
    CourseEnrollment.unenroll(ada, course)

    people.enroll(ada, course)

    assert CourseEnrollment.is_enrolled(ada, course) is True


def test_coming_going_and_changing_the_track_are_told(course, ada):
    told = []

    def listen(signal, sender, **kwargs):
        enrollment = kwargs["enrollment"]
        told.append((signal.event_type.split(".")[-3:-1], enrollment.user.id, enrollment.is_active))

    events = [COURSE_ENROLLMENT_CREATED, COURSE_ENROLLMENT_CHANGED, COURSE_UNENROLLMENT_COMPLETED]
    for event in events:
        event.connect(listen)
    CourseEnrollment.unenroll(ada, course)
    CourseEnrollment.unenroll(ada, course)
    people.enroll(ada, course, mode="verified")
    for event in events:
        event.disconnect(listen)

    assert told == [
        (["unenrollment", "completed"], ada.id, False),
        (["enrollment", "changed"], ada.id, True),
        (["enrollment", "created"], ada.id, True),
    ]


def test_nobody_and_strangers_have_no_enrolment(course, db):
    assert CourseEnrollment.get_enrollment(AnonymousUser(), course) is None
    assert CourseEnrollment.is_enrolled(people.make_user("stranger"), course) is False
    assert get_enrollment("stranger", str(course)) is None


def test_access_is_an_object_that_is_true_or_false(course, ada, teacher):
    assert bool(has_access(teacher, "staff", course)) is True
    assert has_access(teacher, "staff", course) is not True
    assert not has_access(ada, "staff", course)
    assert not has_access(teacher, "instructor", course)


def test_access_wants_a_key_and_a_word(course, ada):
    with pytest.raises(TypeError):
        has_access(ada, "staff", str(course))
    with pytest.raises(ValueError, match="fly"):
        has_access(ada, "fly", course)


def test_loading_does_not_ask_for_enrolment(demo, db):
    assert has_access(people.make_user("stranger"), "load", modulestore().get_item(demo), demo.course_key)


def test_staff_of_site_and_organisation_are_staff_of_the_course(course, db):
    site, organisation = people.make_user("site", is_staff=True), people.make_user("org")
    OrgStaffRole(course.org).add_users(organisation)

    assert GlobalStaff().has_user(site)
    assert has_access(site, "instructor", course)
    assert has_access(organisation, "staff", course)
    assert not CourseStaffRole(course).has_user(organisation)


def test_course_staff_may_author_and_learners_may_not(course, ada, teacher):
    assert has_studio_write_access(teacher, course)
    assert has_studio_read_access(teacher, course)
    assert not has_studio_write_access(ada, course)
    assert not has_studio_write_access(AnonymousUser(), course)


def test_nobody_authors_a_custom_course_in_studio(course, db):
    ccx = create_ccx(course, 1)

    assert not has_studio_write_access(people.make_user("site", is_staff=True), ccx)


def test_members_of_a_course_are_keyed_by_user_id(course, ada, teacher):
    members = get_course_members(course)

    assert set(members) == {ada.id, teacher.id}
    assert members[ada.id]["roles"] == ["student"]
    assert members[teacher.id]["roles"] == ["staff"]


@override_settings(COURSE_MEMBER_API_ENROLLMENT_LIMIT=1)
def test_a_course_with_too_many_members_is_not_listed(course, ada, ben):
    with pytest.raises(OverEnrollmentLimitException):
        get_course_members(course)


def test_an_overview_follows_publication(course):
    courses.change_block(modulestore().make_course_usage_key(course), display_name="Renamed")

    assert CourseOverview.get_from_id(course).display_name == "Renamed"
    assert CourseOverview.get_from_id(course).start.tzinfo is not None


def test_a_course_without_an_overview_does_not_exist(course):
    with pytest.raises(CourseOverview.DoesNotExist):
        CourseOverview.get_from_id(course.replace(run="never"))


def test_retirement_names_the_user_and_undoes_what_a_receiver_broke(ada):
    def fail(sender, user, **kwargs):
        user.first_name = "Changed"
        user.save()
        raise RuntimeError("a receiver failed")

    USER_RETIRE_LMS_MISC.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            LMSAccountRetirementView().post(ada)
    finally:
        USER_RETIRE_LMS_MISC.disconnect(fail)

    ada.refresh_from_db()
    assert ada.first_name == "Ada"


def test_a_course_flag_may_differ_from_course_to_course(course, db):
    flag = CourseWaffleFlag("sandbox.flag", __name__)
    WaffleFlagCourseOverrideModel.objects.create(waffle_flag=flag.name, course_id=course, enabled=True)

    assert flag.is_enabled(course) is True
    assert flag.is_enabled(course.replace(run="other")) is False
    with override_settings(SANDBOX_WAFFLE_FLAGS=[flag.name]):
        assert flag.is_enabled() is True


def test_a_flag_needs_a_namespace():
    with pytest.raises(ValueError, match="namespace"):
        CourseWaffleFlag("flag", __name__)


def test_instructors_are_instructors(course, ada):
    CourseInstructorRole(course).add_users(ada)

    assert has_access(ada, "instructor", course)
