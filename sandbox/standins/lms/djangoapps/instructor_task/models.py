"""The record of what a teacher asked for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from opaque_keys.edx.django.models import CourseKeyField


class InstructorTask(models.Model):
    """
    One task that a member of staff started.

    .. no_pii:
    """

    task_type = models.CharField(max_length=50, db_index=True)
    course_id = CourseKeyField(max_length=255, db_index=True)
    task_key = models.CharField(max_length=255, db_index=True)
    task_input = models.TextField()
    task_state = models.CharField(max_length=50, null=True, db_index=True)
    task_output = models.CharField(max_length=1024, null=True)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=True, on_delete=models.CASCADE)
    created = models.DateTimeField(auto_now_add=True, null=True)

    class Meta:
        app_label = "instructor_task"
