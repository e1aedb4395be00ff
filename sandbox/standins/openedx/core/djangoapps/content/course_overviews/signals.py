"""Keeps the overviews up to date."""

from __future__ import annotations

from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from xmodule.modulestore.django import SignalHandler


def _listen_for_course_publish(sender, course_key, **kwargs) -> None:
    CourseOverview.load_from_module_store(course_key)


def _listen_for_course_delete(sender, course_key, **kwargs) -> None:
    CourseOverview.objects.filter(id=course_key).delete()


SignalHandler.course_published.connect(_listen_for_course_publish, dispatch_uid="course_overviews.published")
SignalHandler.course_deleted.connect(_listen_for_course_delete, dispatch_uid="course_overviews.deleted")
