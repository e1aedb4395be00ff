"""Makes the people of a course. Everything here may be done twice with the same result."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model


def make_user(username: str, full_name: str = "", *, is_staff: bool = False) -> Any:
    """Return the user of this name; the password is the name. ``is_staff`` makes staff of the whole site."""
    first, _, last = full_name.partition(" ")
    user, created = get_user_model().objects.get_or_create(
        username=username,
        defaults={
            "first_name": first,
            "last_name": last,
            "email": f"{username}@example.com",
            "is_staff": is_staff,
            "is_superuser": is_staff,
        },
    )
    if created:
        user.set_password(username)
        user.save()
        _make_profile(user, full_name)
    return user


def _make_profile(user: Any, full_name: str) -> None:
    """The platform knows people's names from their profiles."""
    from common.djangoapps.student.models import UserProfile

    UserProfile.objects.create(user=user, name=full_name)


def enroll(user: Any, course_key: Any, *, mode: str = "audit") -> None:
    """Put a user into a course."""
    from common.djangoapps.student.models import CourseEnrollment

    CourseEnrollment.enroll(user, course_key, mode=mode)


def make_course_staff(user: Any, course_key: Any, *, instructor: bool = False) -> None:
    """Make a user staff of a course, who may author it; or instructor, who may appoint others as well."""
    from common.djangoapps.student.roles import CourseInstructorRole, CourseStaffRole

    role = CourseInstructorRole if instructor else CourseStaffRole
    role(course_key).add_users(user)
