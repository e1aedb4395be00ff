"""Rules about grades that are not arithmetic."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from openedx.core.djangoapps.waffle_utils import CourseWaffleFlag

ENFORCE_FREEZE_GRADE_AFTER_COURSE_END = CourseWaffleFlag("grades.enforce_freeze_grade_after_course_end", __name__)


def are_grades_frozen(course_key):
    """Whether the course ended so long ago that its grades stay as they are. Needs the course's overview."""
    if not ENFORCE_FREEZE_GRADE_AFTER_COURSE_END.is_enabled(course_key):
        return False
    end = CourseOverview.get_from_id(course_key).end
    return end is not None and timezone.now() > end + timedelta(days=settings.GRADEBOOK_FREEZE_DAYS)


def is_score_higher_or_equal(earned1, possible1, earned2, possible2, treat_undefined_as_zero=False):
    """Whether the second score is at least as high as the first, as ratios. A possible of 0 cannot be divided by."""
    if treat_undefined_as_zero:
        first = earned1 / possible1 if possible1 else 0.0
        second = earned2 / possible2 if possible2 else 0.0
    else:
        first = float(earned1) / possible1
        second = float(earned2) / possible2
    return second >= first
