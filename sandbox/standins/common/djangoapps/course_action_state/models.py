"""Re-runs, as Studio's page of courses shows them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from opaque_keys.edx.django.models import CourseKeyField

from common.djangoapps.course_action_state.managers import CourseRerunUIStateManager


class CourseRerunState(models.Model):
    """
    One course run that was made from another.

    .. no_pii:
    """

    created_user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    course_key = CourseKeyField(max_length=255, db_index=True)
    action = models.CharField(max_length=100, db_index=True)
    state = models.CharField(max_length=50)
    source_course_key = CourseKeyField(max_length=255, db_index=True)
    display_name = models.CharField(max_length=255, default="", blank=True)

    objects = CourseRerunUIStateManager()

    class Meta:
        app_label = "course_action_state"
        unique_together = (("course_key", "action"),)
