"""
Who may do what.

The platform's own functions decide. Role rows alone do not tell: organisations, the site's staff, masquerading and
newer permission systems all have a say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags.edx_platform.errors import platform_call
from lti_ags.edx_platform.keys import course_key_of, usage_key_of
from lti_ags.edx_platform.modulestore import published_branch
from lti_ags.edx_platform.processes import is_lms, require_lms

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser, AnonymousUser

#: Masquerading as this role is how a member of staff ends it.
_OWN_ROLE = "staff"


def is_course_staff(course_key: CourseKey | str, *, user: AbstractUser | AnonymousUser | None) -> bool:
    """
    Tell whether a user is staff of a course in the LMS: of the course, its organisation or the site.

    Staff who look at the course as a learner are not.

    Raises:
        PermanentPlatformError: this process is Studio; ask ``can_author`` there.
    """
    action = "asking for a course's staff"
    require_lms(action)
    if user is None or not user.is_authenticated:
        return False
    with platform_call(action):
        from lms.djangoapps.courseware.access import has_access

        return bool(has_access(user, "staff", course_key_of(course_key)))


def is_of_course_team(course_key: CourseKey | str, *, user: AbstractUser) -> bool:
    """Tell whether a user sees the course without being a learner: its staff, and those who test it before it opens."""
    key = course_key_of(course_key)
    if is_course_staff(key, user=user):
        return True
    with platform_call("asking for a course's testers"):
        from common.djangoapps.student.roles import CourseBetaTesterRole

        return bool(CourseBetaTesterRole(key).has_user(user))


def can_author(course_key: CourseKey | str, *, user: AbstractUser | AnonymousUser | None) -> bool:
    """Tell whether a user may change a course in Studio. Nobody may a CCX."""
    if user is None or not user.is_authenticated:
        return False
    with platform_call("asking for a course's authors"):
        from common.djangoapps.student.auth import has_studio_write_access

        return bool(has_studio_write_access(user, course_key_of(course_key)))


def is_course_admin(course_key: CourseKey | str, *, user: AbstractUser | AnonymousUser | None) -> bool:
    """Tell whether a user may appoint others to a course's team in Studio, as its admins and the site's staff may."""
    if user is None or not user.is_authenticated:
        return False
    with platform_call("asking for a course's admins"):
        from common.djangoapps.student.auth import STUDIO_EDIT_ROLES, get_user_permissions

        return bool(get_user_permissions(user, course_key_of(course_key)) & STUDIO_EDIT_ROLES)


def can_load(usage_key: UsageKey | str, *, user: AbstractUser | AnonymousUser | None) -> bool:
    """
    Tell whether a user may open a block now: enrolled or staff, and the block is there for them.

    The platform's own check of a block knows dates, groups and visibility, but not enrolment.

    Raises:
        BlockNotFound: the published course has no such block.
    """
    action = "asking who may open a block"
    require_lms(action)
    key = usage_key_of(usage_key)
    with platform_call(action):
        from common.djangoapps.student.models import CourseEnrollment
        from lms.djangoapps.courseware.access import has_access

        with published_branch(key.course_key) as store:
            block = store.get_item(key)
        if user is None or not user.is_authenticated:
            return False
        is_enrolled = CourseEnrollment.objects.filter(user_id=user.pk, course_id=key.course_key, is_active=True)
        if not has_access(user, "staff", key.course_key) and not is_enrolled.exists():
            return False
        return bool(has_access(user, "load", block, key.course_key))


def is_masquerading(user: AbstractUser | AnonymousUser | None, course_key: CourseKey | str) -> bool:
    """
    Tell whether a member of staff looks at the course as a learner, a certain one or any.

    Pages of the course leave that on the user object. On other pages, such as ours, it stands in the session of the
    request that this thread serves.
    """
    if user is None or not user.is_authenticated or not is_lms():
        return False
    key = course_key_of(course_key)
    with platform_call("asking for masquerading"):
        from lms.djangoapps.courseware.masquerade import get_course_masquerade

        masquerade = get_course_masquerade(user, key) or _masquerade_of_session(user, key)
        return masquerade is not None and masquerade.role != _OWN_ROLE


def _masquerade_of_session(user: AbstractUser | AnonymousUser, course_key: CourseKey) -> Any:
    """Return what the platform would install for the current request; None outside of one, or for somebody else."""
    from crum import get_current_request

    from lms.djangoapps.courseware.access import has_access
    from lms.djangoapps.courseware.masquerade import MASQUERADE_SETTINGS_KEY

    request = get_current_request()
    session = getattr(request, "session", None)
    if session is None or getattr(getattr(request, "user", None), "pk", None) != user.pk:
        return None
    masquerade = session.get(MASQUERADE_SETTINGS_KEY, {}).get(course_key)
    # It may be left over from when the user was staff.
    return masquerade if masquerade is not None and has_access(user, "staff", course_key) else None
