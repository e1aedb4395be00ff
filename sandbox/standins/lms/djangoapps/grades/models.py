"""Grades that are kept: of a subsection, of a course, and what a person put over a subsection's."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField
from opaque_keys.edx.keys import UsageKey


@dataclass(frozen=True)
class BlockRecord:
    """What was true of a problem when the subsection's grade was stored."""

    locator: object
    weight: float | None
    raw_possible: float | None
    graded: bool


class PersistentSubsectionGrade(models.Model):
    """
    The stored grade of one learner in one subsection, with the problems it was made from.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    user_id = models.IntegerField()
    course_id = CourseKeyField(max_length=255)
    usage_key = UsageKeyField(max_length=255)
    earned_all = models.FloatField()
    possible_all = models.FloatField()
    earned_graded = models.FloatField()
    possible_graded = models.FloatField()
    first_attempted = models.DateTimeField(null=True, blank=True)
    # The platform keeps this in a table of its own.
    visible_blocks = models.JSONField(default=list)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "grades"
        unique_together = (("user_id", "usage_key"),)

    @classmethod
    def read_grade(cls, user_id, usage_key):
        return cls.objects.select_related("override").get(user_id=user_id, usage_key=usage_key)

    @property
    def blocks(self) -> list[BlockRecord]:
        return [
            BlockRecord(
                locator=UsageKey.from_string(one["locator"]),
                weight=one["weight"],
                raw_possible=one["raw_possible"],
                graded=one["graded"],
            )
            for one in self.visible_blocks
        ]


class PersistentSubsectionGradeOverride(models.Model):
    """
    What a person gave instead of the computed grade of a subsection.

    .. no_pii:
    """

    grade = models.OneToOneField(PersistentSubsectionGrade, related_name="override", on_delete=models.CASCADE)
    earned_all_override = models.FloatField(null=True, blank=True)
    possible_all_override = models.FloatField(null=True, blank=True)
    earned_graded_override = models.FloatField(null=True, blank=True)
    possible_graded_override = models.FloatField(null=True, blank=True)
    system = models.CharField(max_length=100, blank=True, null=True)
    override_reason = models.CharField(max_length=300, blank=True, null=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "grades"


class PersistentCourseGrade(models.Model):
    """
    The stored grade of one learner in one course.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    user_id = models.IntegerField(db_index=True)
    course_id = CourseKeyField(max_length=255)
    percent_grade = models.FloatField()
    letter_grade = models.CharField(max_length=255, blank=True)
    passed_timestamp = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "grades"
        unique_together = (("course_id", "user_id"),)


class FailedTask(models.Model):
    """
    A recalculation that gave up. The platform keeps these in its app ``celery_utils``.

    .. no_pii:
    """

    task_name = models.CharField(max_length=255)
    kwargs = models.JSONField()
    exc = models.CharField(max_length=255)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "grades"
