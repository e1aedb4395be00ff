"""Facts about a course, and what is written to the tracking log."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from lti_ags import edx_platform
from lti_ags.exceptions import PermanentPlatformError

pytestmark = pytest.mark.platform


def test_a_course_has_a_name(site: Any) -> None:
    course = site.course(display_name="Painting in oil")

    assert edx_platform.course_title(course) == "Painting in oil"
    assert edx_platform.course_title(str(course)) == "Painting in oil"


@pytest.mark.django_db
def test_a_course_that_does_not_exist_has_none() -> None:
    assert edx_platform.course_title("course-v1:ContractX+Nowhere+2026") == ""


def test_what_is_no_key_of_a_course_is_refused() -> None:
    with pytest.raises(PermanentPlatformError):
        edx_platform.course_title("nonsense")


def test_a_rerun_knows_the_course_that_was_run_before(site: Any, course: Any) -> None:
    from common.djangoapps.course_action_state.models import CourseRerunState

    rerun = site.course()
    CourseRerunState.objects.initiated(course, rerun, site.user(), "A re-run")

    assert edx_platform.rerun_source(rerun) == str(course)
    assert edx_platform.rerun_source(course) is None


def test_a_tracking_event_is_written_where_there_is_a_tracker(monkeypatch: pytest.MonkeyPatch) -> None:
    event = ("openedx.lti_ags.grade.published", {"course_id": "course-v1:A+B+C", "user_id": 1})
    written: list[tuple[str, Any]] = []
    has_tracker = find_spec("eventtracking") is not None
    if has_tracker:
        monkeypatch.setattr("eventtracking.tracker.emit", lambda name, data: written.append((name, data)))

    edx_platform.emit_tracking_event(*event)

    assert written == ([event] if has_tracker else [])
