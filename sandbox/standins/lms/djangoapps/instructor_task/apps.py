"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class InstructorTaskConfig(AppConfig):
    """Stands in for the platform's app."""

    name = "lms.djangoapps.instructor_task"
