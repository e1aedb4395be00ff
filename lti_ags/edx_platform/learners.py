"""Users of the platform: who they are, under which id a tool knows them, and how they stand to a course."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import CourseKey

from lti_ags.data import Enrolment
from lti_ags.edx_platform.access import is_of_course_team
from lti_ags.edx_platform.errors import platform_call
from lti_ags.edx_platform.keys import course_key_of
from lti_ags.exceptions import PermanentPlatformError

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

#: The platform's type of external ids for LTI. Learners who used its other LTI component have theirs already.
_ID_TYPE = "lti"


def user_with_id(user_id: int) -> AbstractUser:
    """
    Return a user, as the database has them now.

    Raises:
        PermanentPlatformError: there is none.
        TransientPlatformError: the platform cannot say.
    """
    with platform_call("looking a user up"):
        user = get_user_model().objects.filter(pk=user_id).first()
    if user is None:
        raise PermanentPlatformError(f"there is no user with the id {user_id}")
    return user


def subject_of_user(user_id: int) -> str | None:
    """
    Return the id under which tools know a user, the same in all courses; the first call makes it.

    None where the platform has no ids of this type.

    Raises:
        PermanentPlatformError: there is no such user.
        TransientPlatformError: the platform cannot say.
    """
    user = user_with_id(user_id)
    with platform_call("making an external id"):
        from openedx.core.djangoapps.external_user_ids.models import ExternalId

        external_id, _is_new = ExternalId.add_new_user_id(user, _ID_TYPE)
        return None if external_id is None else str(external_id.external_user_id)


def user_of_subject(subject: str) -> int | None:
    """
    Return the user whom tools know under an id, exactly as ``subject_of_user`` gives it; None for nobody.

    Raises:
        TransientPlatformError: the platform cannot say.
    """
    try:
        external_user_id = uuid.UUID(subject)
    except ValueError:
        return None
    if str(external_user_id) != subject:
        return None
    with platform_call("looking an external id up"):
        from openedx.core.djangoapps.external_user_ids.models import ExternalId

        found = ExternalId.objects.filter(external_user_id=external_user_id, external_id_type__name=_ID_TYPE)
        return found.values_list("user_id", flat=True).first()


def enrolment(course_key: CourseKey | str, *, user_id: int) -> Enrolment:
    """
    Return how a user stands to a course run now. Enrolled staff are enrolled.

    Read from the table: the platform's own functions answer from a cache that lasts as long as a command runs.

    Raises:
        PermanentPlatformError: for somebody who was never enrolled, outside of the LMS.
        TransientPlatformError: the platform cannot say.
    """
    key = course_key_of(course_key)
    with platform_call("reading an enrolment"):
        from common.djangoapps.student.models import CourseEnrollment

        rows = CourseEnrollment.objects.filter(user_id=user_id, course_id=key)
        is_active = rows.values_list("is_active", flat=True).first()
        if is_active is not None:
            return Enrolment.ENROLLED if is_active else Enrolment.LEFT
        user = get_user_model().objects.filter(pk=user_id).first()
        if user is not None and is_of_course_team(key, user=user):
            return Enrolment.STAFF
        return Enrolment.NONE
