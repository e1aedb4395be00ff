"""The members of a course."""

from __future__ import annotations

from django.conf import settings

from common.djangoapps.student.models import CourseAccessRole, CourseEnrollment
from lms.djangoapps.course_api.exceptions import OverEnrollmentLimitException


def get_course_members(course_key):
    """
    Return ``{user id: {"username", "name", "email", "roles"}}`` of everybody enrolled or with a role.

    Raises:
        OverEnrollmentLimitException: more active enrolments than ``COURSE_MEMBER_API_ENROLLMENT_LIMIT``.
    """
    enrollments = CourseEnrollment.objects.filter(course_id=course_key, is_active=True).select_related("user")
    if enrollments.count() > settings.COURSE_MEMBER_API_ENROLLMENT_LIMIT:
        raise OverEnrollmentLimitException
    members: dict[int, dict] = {}
    for enrollment in enrollments:
        members[enrollment.user_id] = _member(enrollment.user, ["student"])
    for role in CourseAccessRole.objects.filter(course_id=course_key).select_related("user"):
        members.setdefault(role.user_id, _member(role.user, []))["roles"].append(role.role)
    return members


def _member(user, roles):
    return {
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "name": user.get_full_name(),
        "roles": roles,
    }
