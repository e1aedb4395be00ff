"""Dates of blocks, and those of single learners."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField


class ContentDate(models.Model):
    """
    One date of one block, as the author set it.

    .. no_pii:
    """

    course_id = CourseKeyField(db_index=True, max_length=255)
    location = UsageKeyField(db_index=True, max_length=255)
    field = models.CharField(max_length=255, default="")
    abs_date = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        app_label = "edx_when"
        unique_together = ("location", "field")


class UserDate(models.Model):
    """
    The date that one learner has instead.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    content_date = models.ForeignKey(ContentDate, on_delete=models.CASCADE)
    abs_date = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        app_label = "edx_when"
