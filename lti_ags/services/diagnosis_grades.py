"""A look at the grades of a live site: those that are overdue, refused, or in hands that let them go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lti_ags.conf import app_settings
from lti_ags.constants import GradeDecision
from lti_ags.data.findings import Finding, Health, passed, warned
from lti_ags.domain.diagnosis import health_of_backlog
from lti_ags.models import LtiAgsGrade
from lti_ags.services.sweeping import count_due, count_overrun, count_waiting, oldest_due


def look_at_grades(*, now: datetime) -> Iterator[Finding]:
    """Look at what waits to be published, what is tried again, what was given up, and what nobody holds any more."""
    yield _overdue(now)
    yield _retrying(now)
    yield _failed()
    yield _stuck(now)


def _overdue(now: datetime) -> Finding:
    oldest = oldest_due(clock=lambda: now)
    age = None if oldest is None else now - oldest
    health = health_of_backlog(age)
    count = count_due(clock=lambda: now)
    if age is None:
        return passed("overdue_grades", "No grade is overdue.")
    message = f"{count} grades are due; the oldest has been for {_span(age)}."
    if health is Health.PASS:
        return passed("overdue_grades", message)
    advice = "Start more workers, or run 'manage.py lms lti_ags_publish_pending'; 'queue' says whether any work."
    return Finding("overdue_grades", health, message, advice)


def _retrying(now: datetime) -> Finding:
    count = count_waiting(clock=lambda: now)
    if not count:
        return passed("retried_grades", "No grade waits for another try.")
    return warned(
        "retried_grades",
        f"The gradebook did not take {count} grades, tried again by themselves. {_reason(GradeDecision.RETRYING)}",
        "Mend the reason; 'manage.py lms lti_ags_publish_pending' tries all of them at once.",
    )


def _failed() -> Finding:
    count = LtiAgsGrade.objects.filter(decision=GradeDecision.FAILED.value).count()
    if not count:
        return passed("failed_grades", "No grade was given up.")
    return warned(
        "failed_grades",
        f"The gradebook refuses {count} grades, which are not tried again. {_reason(GradeDecision.FAILED)}",
        "Mend the reason, then publish them again with 'manage.py lms lti_ags_republish'.",
    )


def _stuck(now: datetime) -> Finding:
    lease = timedelta(seconds=app_settings.seconds("LTI_AGS_LEASE_SECONDS"))
    count = count_overrun(before=now - lease)
    if not count:
        return passed("stuck_grades", "No grade is left in the hands of a process that is gone.")
    return warned(
        "stuck_grades",
        f"{count} grades were taken by processes that did not finish, and nobody has taken them over.",
        "Look whether workers run and why they end; 'manage.py lms lti_ags_publish_pending' takes the grades over.",
    )


def _reason(decision: GradeDecision) -> str:
    """Return the newest reason of those that the LMS did not take; it names no learner."""
    rows = LtiAgsGrade.objects.filter(decision=decision.value).exclude(last_error="").order_by("-modified_at", "-pk")
    newest = rows.values_list("last_error", flat=True).first()
    return f"The newest reason: {newest}" if newest else "No reason is on record."


def _span(length: timedelta) -> str:
    """Return a length of time as people say it."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
