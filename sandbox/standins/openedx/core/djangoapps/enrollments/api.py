"""Enrolments as plain data."""

from __future__ import annotations

from opaque_keys.edx.keys import CourseKey

from common.djangoapps.student.models import CourseEnrollment


def get_enrollment(username, course_id):
    """Return the enrolment, active or not, as a dict; None where there is none."""
    enrollment = CourseEnrollment.objects.filter(user__username=username, course_id=CourseKey.from_string(course_id))
    return next(
        (
            {"created": row.created, "mode": row.mode, "is_active": row.is_active, "user": username}
            for row in enrollment
        ),
        None,
    )
