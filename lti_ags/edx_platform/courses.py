"""Facts about a course run."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from opaque_keys.edx.keys import CourseKey

from lti_ags.edx_platform.errors import platform_call
from lti_ags.edx_platform.keys import course_key_of


def course_title(course_key: CourseKey | str) -> str:
    """Return the name of a course run; empty where it has none, or there is no such course."""
    key = course_key_of(course_key)
    with platform_call("reading a course's name"):
        from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

        try:
            return str(CourseOverview.get_from_id(key).display_name or "")
        except ObjectDoesNotExist:
            return ""


def rerun_source(course_key: CourseKey | str) -> str | None:
    """
    Return the key of the course run that this one is a re-run of, as the platform noted when it was asked for one.

    None for any other course, and where the platform keeps no such notes.
    """
    key = course_key_of(course_key)
    with platform_call("asking what a course is a re-run of"):
        try:
            from common.djangoapps.course_action_state.models import CourseRerunState
        except (ImportError, RuntimeError):
            # No such module, or no such app in this service.
            return None
        found = CourseRerunState.objects.filter(course_key=key).values_list("source_course_key", flat=True).first()
        return None if found is None else str(course_key_of(found))
