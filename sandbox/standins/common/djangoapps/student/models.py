"""Enrolments, course roles and the per-course anonymous ids of learners."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from edx_django_utils.cache import RequestCache
from opaque_keys.edx.django.models import CourseKeyField
from openedx_events.learning.data import CourseData, CourseEnrollmentData, UserData, UserPersonalData
from openedx_events.learning.signals import (
    COURSE_ENROLLMENT_CHANGED,
    COURSE_ENROLLMENT_CREATED,
    COURSE_UNENROLLMENT_COMPLETED,
)


class AnonymousUserId(models.Model):
    """
    One anonymous id of one learner, for one course or, with an empty key, for the site.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=True, on_delete=models.CASCADE)
    anonymous_user_id = models.CharField(unique=True, max_length=32)
    course_id = CourseKeyField(db_index=True, max_length=255, blank=True)

    class Meta:
        app_label = "student"


class UserProfile(models.Model):
    """
    What a user says about themselves. Accounts made outside of the registration page have none.

    .. no_pii:
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, unique=True, db_index=True, related_name="profile", on_delete=models.CASCADE
    )
    name = models.CharField(blank=True, max_length=255, db_index=True)

    class Meta:
        app_label = "student"


class CourseEnrollment(models.Model):
    """
    A learner in a course; leaving the course makes the row inactive and keeps it.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    course_id = CourseKeyField(max_length=255, db_index=True)
    created = models.DateTimeField(auto_now_add=True, null=True, db_index=True)
    is_active = models.BooleanField(default=True)
    mode = models.CharField(default="audit", max_length=100)

    class Meta:
        app_label = "student"
        unique_together = (("user", "course_id"),)
        ordering = ("user", "course_id")

    def __str__(self) -> str:
        return f"[CourseEnrollment] {self.user_id}: {self.course_id} active:{self.is_active}"

    @classmethod
    def get_enrollment(cls, user, course_key, select_related=None):
        """Return the row, active or not; None for nobody and for those who never enrolled."""
        if user.is_anonymous:
            return None
        return cls.objects.filter(user=user, course_id=course_key).first()

    @classmethod
    def is_enrolled(cls, user, course_key):
        """Whether the learner is in the course now."""
        enrollment = cls.get_enrollment(user, course_key)
        return enrollment is not None and enrollment.is_active

    @classmethod
    def enrollment_mode_for_user(cls, user, course_id):
        """Return the mode and whether the enrolment is active; two Nones where there is none."""
        enrollment = cls.get_enrollment(user, course_id)
        return (enrollment.mode, enrollment.is_active) if enrollment else (None, None)

    @classmethod
    def enroll(cls, user, course_key, mode=None, check_access=False, can_upgrade=False):
        """Put the learner into the course; an old enrolment becomes active again. Each call is told."""
        enrollment, _created = cls.objects.get_or_create(
            user=user, course_id=course_key, defaults={"is_active": False, "mode": mode or "audit"}
        )
        enrollment.update_enrollment(mode=mode or "audit", is_active=True)
        COURSE_ENROLLMENT_CREATED.send_event(enrollment=enrollment.event_data())
        return enrollment

    @classmethod
    def unenroll(cls, user, course_id, skip_refund=False):
        """Take the learner out of the course. The row stays."""
        enrollment = cls.objects.filter(user=user, course_id=course_id).first()
        if enrollment is not None:
            enrollment.update_enrollment(is_active=False)

    def update_enrollment(self, mode=None, is_active=None):
        """Change the mode or the activity, and tell of what did change."""
        left = is_active is False and self.is_active
        other_mode = mode is not None and self.mode != mode
        self.mode = self.mode if mode is None else mode
        self.is_active = self.is_active if is_active is None else is_active
        self.save()
        if left:
            COURSE_UNENROLLMENT_COMPLETED.send_event(enrollment=self.event_data())
        if other_mode:
            COURSE_ENROLLMENT_CHANGED.send_event(enrollment=self.event_data())

    def event_data(self):
        """Return what events say of this enrolment."""
        pii = UserPersonalData(username=self.user.username, email=self.user.email, name=self.user.get_full_name())
        return CourseEnrollmentData(
            user=UserData(pii=pii, id=self.user_id, is_active=self.user.is_active),
            course=CourseData(course_key=self.course_id),
            mode=self.mode,
            is_active=self.is_active,
            creation_date=self.created,
        )


class CourseAccessRole(models.Model):
    """
    One role of one user, in a course or an organisation.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    org = models.CharField(max_length=64, db_index=True, blank=True)
    course_id = CourseKeyField(max_length=255, db_index=True, blank=True)
    role = models.CharField(max_length=64, db_index=True)

    class Meta:
        app_label = "student"
        unique_together = ("user", "org", "course_id", "role")


def anonymous_id_for_user(user, course_id):
    """
    Return the stored anonymous id of a user in a course, 32 hex digits; it is made when first asked for.

    None for an anonymous user. ``course_id`` None gives the id for the whole site.
    """
    if user.is_anonymous:
        return None
    stored = AnonymousUserId.objects.filter(user=user, course_id=course_id or CourseKeyField.Empty).order_by("-id")
    newest = stored.first()
    if newest is not None:
        return newest.anonymous_user_id
    digest = hashlib.shake_128(f"{settings.SECRET_KEY}{user.id}{course_id or ''}".encode()).hexdigest(16)
    with transaction.atomic():
        row, _created = AnonymousUserId.objects.get_or_create(
            anonymous_user_id=digest, defaults={"user": user, "course_id": course_id}
        )
    return row.anonymous_user_id


def user_by_anonymous_id(uid):
    """Return the user of an anonymous id; None for an unknown one. Known answers are kept for the request."""
    if uid is None:
        return None
    cache = RequestCache("user_by_anonymous_id")
    cached = cache.get_cached_response(uid)
    if cached.is_found:
        return cached.value
    user = get_user_model().objects.filter(anonymoususerid__anonymous_user_id=uid).first()
    if user is not None:
        cache.set(uid, user)
    return user
