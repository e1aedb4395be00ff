"""The platform users behind the opaque ids that tools use."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction

from lti_ags import edx_platform
from lti_ags.constants import MAX_ID_LENGTH, ErrorCode
from lti_ags.data import Enrolment
from lti_ags.exceptions import UnknownUser
from lti_ags.models import LtiContext, LtiSubject


def remember_subject(*, context: LtiContext, user_id: int, subject: str, is_staff_trial: bool) -> LtiSubject:
    """
    Write down that ``user_id`` is ``subject`` to the context's tool, and return the row in force.

    A user who has a subject in this context keeps it, whatever ``subject`` says: a ``sub`` is never reassigned (L-13).
    """
    known = LtiSubject.objects.filter(context=context, user_id=user_id).first()
    if known is None:
        known = _insert_subject(context=context, user_id=user_id, subject=subject, is_staff_trial=is_staff_trial)
    if known.is_staff_trial != is_staff_trial:
        known.is_staff_trial = is_staff_trial
        known.save(update_fields=["is_staff_trial"])
    return known


def new_subject() -> str:
    """Return a fresh subject, for users to whom the platform has given no external id."""
    return str(uuid.uuid4())


def remember_from_platform(subject: str, *, context_id: int, course_key: str) -> None:
    """
    Find the user whom the LMS knows by ``subject`` in this course, and write them down.

    Raises:
        UnknownUser: nobody has that id (``unknown_user``), or they are not and never were in the course
            (``not_in_course``). Both leave nothing behind.
        TransientPlatformError: the LMS cannot say.
    """
    user_id = edx_platform.user_of_subject(subject) if len(subject) <= MAX_ID_LENGTH else None
    if user_id is None:
        raise UnknownUser("userId is not the id of anybody who was launched into this tool.", pointer="/userId")
    standing = edx_platform.enrolment(course_key, user_id=user_id)
    if standing is Enrolment.NONE:
        raise UnknownUser(
            "userId is not, and never was, in this course.", code=ErrorCode.NOT_IN_COURSE, pointer="/userId"
        )
    row = remember_subject(
        context=LtiContext.objects.get(pk=context_id),
        user_id=user_id,
        subject=subject,
        is_staff_trial=standing is Enrolment.STAFF,
    )
    if row.subject != subject:
        raise UnknownUser("userId is not the id by which this tool knows the user.", pointer="/userId")


def _insert_subject(*, context: LtiContext, user_id: int, subject: str, is_staff_trial: bool) -> LtiSubject:
    """Insert the row, or return the one that another process inserted first."""
    try:
        with transaction.atomic():
            return LtiSubject.objects.create(
                context=context, user_id=user_id, subject=subject, is_staff_trial=is_staff_trial
            )
    except IntegrityError:
        return LtiSubject.objects.get(context=context, user_id=user_id)
