"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class CourseActionStateConfig(AppConfig):
    """Stands in for the platform's app."""

    name = "common.djangoapps.course_action_state"
