"""Who may read and write a course in Studio."""

from __future__ import annotations

from common.djangoapps.student.roles import (
    CourseInstructorRole,
    CourseLimitedStaffRole,
    CourseStaffRole,
    GlobalStaff,
    OrgInstructorRole,
    OrgStaffRole,
)


def _is_ccx(course_key) -> bool:
    return hasattr(course_key, "ccx")


def has_course_author_access(user, course_key):
    """Whether the user may author the course. Never for a CCX: it is not authored in Studio."""
    if _is_ccx(course_key):
        return False
    if user.is_anonymous:
        return False
    if GlobalStaff().has_user(user) or OrgInstructorRole(course_key.org).has_user(user):
        return True
    if CourseInstructorRole(course_key).has_user(user) or OrgStaffRole(course_key.org).has_user(user):
        return True
    if CourseLimitedStaffRole(course_key).has_user(user):
        return False
    return CourseStaffRole(course_key).has_user(user)


def has_studio_write_access(user, course_key, service_variant=None):
    """Whether the user may change the course in Studio."""
    return has_course_author_access(user, course_key)


def has_studio_read_access(user, course_key, service_variant=None):
    """Whether the user may see the course in Studio."""
    return has_course_author_access(user, course_key)
