"""The page of a course: its blocks and where their grades stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from opaque_keys.edx.keys import CourseKey

from lti_ags import edx_platform
from lti_ags.exceptions import PlatformError
from lti_ags.models import LtiConfiguration
from lti_ags.services.staff_tables import GradeStatus, blocks_of_course, count_standings_of_course
from lti_ags.services.status_sentences import words_for_status
from lti_ags.staff.access import for_course_staff, no_page
from lti_ags.staff.pages import staff_page

#: What waits for somebody of the course's staff, and so brings a block to the top.
_TO_DO: Final = (GradeStatus.PROBLEM, GradeStatus.LATE, GradeStatus.UNRELEASED, GradeStatus.BEING_GRADED)


@never_cache
@require_safe
@for_course_staff
def show_course(request: HttpRequest, course_key: CourseKey) -> HttpResponse:
    """Show the blocks of a course, those with problems first."""
    blocks = blocks_of_course(course_key)
    title = course_name(course_key)
    if not blocks and not title:
        return no_page(request)
    counts = count_standings_of_course(blocks)
    faces = [_face(block, counts[block.pk]) for block in blocks]
    faces.sort(key=lambda face: face["urgency"])
    context = {
        "course_key": str(course_key),
        "course_title": title or str(course_key),
        "statuses": [words_for_status(status) for status in GradeStatus],
        "blocks": faces,
    }
    return staff_page(request, "course.html", context)


def course_name(course_key: CourseKey) -> str:
    """Return the course's title; empty where it has none, or the LMS cannot tell."""
    try:
        return edx_platform.course_title(course_key)
    except PlatformError:
        return ""


def _face(block: LtiConfiguration, counts: Mapping[GradeStatus, int]) -> dict[str, Any]:
    url = reverse("lti_ags:staff-block", kwargs={"block_uuid": block.uuid})
    return {
        "title": block.title,
        "url": url,
        "tool": "" if block.tool is None else block.tool.name,
        "note": next(iter(notes_of(block)), ""),
        "total": sum(counts.values()),
        "counts": [
            {"words": words_for_status(status), "number": number, "url": f"{url}?{urlencode({'status': status.value})}"}
            for status, number in counts.items()
        ],
        "urgency": ([-counts[status] for status in _TO_DO], block.title.lower(), block.pk),
    }


def notes_of(block: LtiConfiguration) -> list[str]:
    """Return what staff must know of a block before they look at its grades, the weightiest first."""
    notes = (
        (block.removed_at is not None, _("The published course has no such block now; what was graded in it is kept.")),
        (block.tool is None, _("No tool is chosen in this block now.")),
        (not block.is_graded, _("This block is not graded.")),
    )
    return [sentence for holds, sentence in notes if holds]
