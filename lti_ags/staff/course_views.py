"""The page of a course: its blocks and where their grades stand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from opaque_keys.edx.keys import CourseKey

from lti_ags.staff.access import for_course_staff
from lti_ags.staff.pages import staff_page


@never_cache
@require_safe
@for_course_staff
def show_course(request: HttpRequest, course_key: CourseKey) -> HttpResponse:
    """Show the blocks of a course, those with problems first."""
    return staff_page(request, "course.html", {"course_key": course_key})
