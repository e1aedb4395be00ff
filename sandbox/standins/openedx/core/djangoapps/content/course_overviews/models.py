"""What everybody needs to know of a course without loading it."""

from __future__ import annotations

from django.db import models
from opaque_keys.edx.django.models import CourseKeyField


class CourseOverview(models.Model):
    """
    The facts of one course as they were when it was last published.

    .. no_pii:
    """

    id = CourseKeyField(db_index=True, primary_key=True, max_length=255)
    org = models.TextField(max_length=255, default="outdated_entry")
    display_name = models.TextField(null=True)
    start = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    self_paced = models.BooleanField(default=False)

    class Meta:
        app_label = "course_overviews"

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def get_from_id(cls, course_id):
        """
        Return the overview, made from the course when it is missing.

        Raises:
            DoesNotExist: there is no such course.
        """
        overview = cls.objects.filter(id=course_id).first()
        return overview if overview is not None else cls.load_from_module_store(course_id)

    @classmethod
    def load_from_module_store(cls, course_id):
        """Read the published course and store what it says."""
        from xmodule.modulestore import ModuleStoreEnum
        from xmodule.modulestore.django import modulestore

        store = modulestore()
        with store.branch_setting(ModuleStoreEnum.Branch.published_only, course_id):
            course = store.get_course(course_id)
        if course is None:
            raise cls.DoesNotExist(f"There is no course {course_id}")
        overview, _created = cls.objects.update_or_create(
            id=course_id,
            defaults={
                "org": course_id.org,
                "display_name": course.display_name,
                "start": course.start,
                "end": course.end,
                "self_paced": course.self_paced,
            },
        )
        return overview

    @classmethod
    def course_exists(cls, course_id):
        from xmodule.modulestore.django import modulestore

        return cls.objects.filter(id=course_id).exists() or modulestore().has_course(course_id) is not None
