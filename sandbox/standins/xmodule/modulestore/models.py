"""Where the stand-in keeps courses. The platform keeps them in MongoDB."""

from __future__ import annotations

from django.db import models


class CourseStructure(models.Model):
    """
    One branch of one course: all of its blocks as one JSON document.

    .. no_pii:
    """

    course_id = models.CharField(max_length=255)
    branch = models.CharField(max_length=32)
    # A new random token with every write: what a process has cached is valid exactly while the token is the same.
    version = models.CharField(max_length=32)
    blocks = models.JSONField()

    class Meta:
        app_label = "modulestore"
        constraints = [models.UniqueConstraint(fields=["course_id", "branch"], name="modulestore_one_branch")]

    def __str__(self) -> str:
        return f"{self.course_id}@{self.branch}"
