"""Overrides of course flags."""

from __future__ import annotations

from django.db import models
from opaque_keys.edx.django.models import CourseKeyField


class WaffleFlagCourseOverrideModel(models.Model):
    """
    A flag forced on or off in one course.

    .. no_pii:
    """

    waffle_flag = models.CharField(max_length=255, db_index=True)
    course_id = CourseKeyField(max_length=255, db_index=True)
    override_choice = models.CharField(max_length=3, default="on")
    enabled = models.BooleanField(default=False)

    class Meta:
        app_label = "waffle_utils"
