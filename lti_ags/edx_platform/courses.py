"""Facts about a course."""

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
