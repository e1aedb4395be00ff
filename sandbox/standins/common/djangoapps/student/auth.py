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

STUDIO_EDIT_ROLES = 8
STUDIO_VIEW_USERS = 4
STUDIO_EDIT_CONTENT = 2
STUDIO_VIEW_CONTENT = 1
STUDIO_NO_PERMISSIONS = 0


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


def get_user_permissions(user, course_key, org=None):
    """Return what the user may do in the course in Studio, as a sum of the numbers above."""
    if not has_course_author_access(user, course_key):
        return STUDIO_NO_PERMISSIONS
    of_authors = STUDIO_VIEW_USERS | STUDIO_EDIT_CONTENT | STUDIO_VIEW_CONTENT
    admins = (GlobalStaff(), OrgInstructorRole(course_key.org), CourseInstructorRole(course_key))
    return of_authors | STUDIO_EDIT_ROLES if any(role.has_user(user) for role in admins) else of_authors


def has_studio_write_access(user, course_key, service_variant=None):
    """Whether the user may change the course in Studio."""
    return has_course_author_access(user, course_key)


def has_studio_read_access(user, course_key, service_variant=None):
    """Whether the user may see the course in Studio."""
    return has_course_author_access(user, course_key)
