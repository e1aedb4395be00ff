"""What becomes of a re-run while it is being made."""

from __future__ import annotations

from django.db import models


class CourseActionStateItemNotFoundError(Exception):
    """Nobody asked for that."""


class CourseRerunUIStateManager(models.Manager):
    """One row for each re-run, found by the key of the new run."""

    ACTION = "rerun"

    class State:
        IN_PROGRESS = "in_progress"
        FAILED = "failed"
        SUCCEEDED = "succeeded"

    def initiated(self, source_course_key, destination_course_key, user, display_name):
        """Note that a re-run was asked for; before the course is copied."""
        self.update_or_create(
            course_key=destination_course_key,
            action=self.ACTION,
            defaults={
                "source_course_key": source_course_key,
                "state": self.State.IN_PROGRESS,
                "created_user": user,
                "display_name": display_name,
            },
        )

    def succeeded(self, course_key):
        """Note that the copy is complete."""
        if not self.filter(course_key=course_key, action=self.ACTION).update(state=self.State.SUCCEEDED):
            raise CourseActionStateItemNotFoundError(f"Nobody asked for a re-run {course_key}")
