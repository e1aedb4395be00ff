"""Who may do what in the LMS."""

from __future__ import annotations

from django.utils import timezone

from common.djangoapps.student.roles import (
    CourseBetaTesterRole,
    CourseInstructorRole,
    CourseLimitedStaffRole,
    CourseStaffRole,
    GlobalStaff,
    OrgInstructorRole,
    OrgStaffRole,
)
from lms.djangoapps.courseware.masquerade import is_masquerading_as_student
from lms.djangoapps.grades import faults


class AccessResponse:
    """An answer that is true or false, and no bool."""

    def __init__(self, has_access, error_code=None):
        self.has_access = has_access
        self.error_code = error_code

    def __bool__(self):
        return self.has_access

    def __repr__(self):
        return f"AccessResponse({self.has_access}, {self.error_code!r})"


ACCESS_GRANTED = AccessResponse(True)


def has_staff_access(user, course_key) -> bool:
    """Whether the user is staff of the course, its organisation or the site."""
    return _has_role(user, course_key, instructor=False)


def _has_role(user, course_key, *, instructor: bool) -> bool:
    if user.is_anonymous or is_masquerading_as_student(user, course_key):
        return False
    if GlobalStaff().has_user(user):
        return True
    course_key = course_key.to_course_locator() if hasattr(course_key, "ccx") else course_key
    roles = [CourseInstructorRole(course_key), OrgInstructorRole(course_key.org)]
    if not instructor:
        roles += [CourseStaffRole(course_key), CourseLimitedStaffRole(course_key), OrgStaffRole(course_key.org)]
    return any(role.has_user(user) for role in roles)


def has_access(user, action, obj, course_key=None):
    """
    Whether the user may do something: ``staff`` or ``instructor`` of a course, or ``load`` a block or a course.

    ``load`` knows dates, roles and visibility; it does not know enrolment.
    """
    from opaque_keys.edx.keys import CourseKey

    if not isinstance(action, str):
        raise TypeError("An action is a string")
    if isinstance(obj, str):
        raise TypeError("The object is a key or a block, not a string")
    faults.strike("has_access", user.id)
    key = obj if isinstance(obj, CourseKey) else course_key or obj.location.course_key
    if action in ("staff", "instructor"):
        granted = _has_role(user, key, instructor=action == "instructor")
        return ACCESS_GRANTED if granted else AccessResponse(False, "not_staff")
    if action != "load":
        raise ValueError(f"Unknown action {action!r}")
    if isinstance(obj, CourseKey) or has_staff_access(user, key):
        return ACCESS_GRANTED
    if obj.visible_to_staff_only:
        return AccessResponse(False, "not_visible_to_user")
    if obj.start is not None and obj.start > timezone.now() and not CourseBetaTesterRole(key).has_user(user):
        return AccessResponse(False, "course_not_started")
    return ACCESS_GRANTED
