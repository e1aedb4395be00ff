"""Staff looking at a course as a learner. What they chose stands in their session, course by course."""

from __future__ import annotations

MASQUERADE_SETTINGS_KEY = "masquerade_settings"


class CourseMasquerade:
    """As whom a member of staff looks at one course: a role, and maybe a group or a learner."""

    def __init__(self, course_key, role="student", user_partition_id=None, group_id=None, user_name=None):
        self.course_key = course_key
        self.role = role
        self.user_partition_id = user_partition_id
        self.group_id = group_id
        self.user_name = user_name


def get_course_masquerade(user, course_key):
    """Return what the pages of the course left on the user object, or None."""
    return getattr(user, "masquerade_settings", {}).get(course_key)


def get_masquerade_role(user, course_key):
    masquerade = get_course_masquerade(user, course_key)
    return masquerade.role if masquerade else None


def is_masquerading_as_student(user, course_key):
    return get_masquerade_role(user, course_key) == "student"


def is_masquerading_as_specific_student(user, course_key):
    masquerade = get_course_masquerade(user, course_key)
    return bool(masquerade and masquerade.user_name)
