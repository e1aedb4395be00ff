"""Publishing waiting grades as Celery's workers do, with the stand-in LMS's share of the CPU told apart."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from django.db.models import F
from django.utils import timezone

from benchmarks.contestant import require
from lti_ags import edx_platform, tasks
from lti_ags.constants import GradeDecision
from lti_ags.models import LtiAgsEvent, LtiAgsGrade

#: What the publisher calls of the platform. Whatever runs inside is the LMS's, the thin door to it included.
_CALLS: Final = ("lms_state", "learner_due_at", "publish_score", "clear_score", "read_score", "submit_completion")


class _Meter:
    """Adds up the CPU that is spent inside calls of the platform."""

    def __init__(self) -> None:
        self.seconds = 0.0
        for name in _CALLS:
            setattr(edx_platform, name, self._metered(getattr(edx_platform, name)))

    def _metered(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def metered(*args: Any, **kwargs: Any) -> Any:
            before = time.process_time()
            try:
                return call(*args, **kwargs)
            finally:
                self.seconds += time.process_time() - before

        return metered


_meter: list[_Meter] = []


def publish_waiting(*, part: int, parts: int, limit: int) -> dict[str, Any]:
    """
    Publish some of the waiting grades: of every ``parts`` the one that is this worker's, as a queue hands them out.

    Whose a grade is depends on its key alone: the others are publishing already while this worker looks for its own.

    Returns:
        how many, our own CPU, the LMS's CPU and the time, in seconds.
    """
    if not _meter:
        _meter.append(_Meter())
    [meter] = _meter
    waiting = list(
        LtiAgsGrade.objects.filter(next_attempt_at__isnull=False)
        .order_by("pk")
        .values_list("pk", "configuration_id", "subject_id")[: limit * parts * 2]
    )
    mine = [row for row in waiting if row[0] % parts == part][:limit]
    meter.seconds, cpu, wall = 0.0, time.process_time(), time.perf_counter()
    for _key, configuration_id, subject_id in mine:
        tasks.publish_grade(configuration_id, subject_id)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    grades = LtiAgsGrade.objects.filter(pk__in=[key for key, *_rest in mine], next_attempt_at__isnull=True)
    published = grades.filter(decision=GradeDecision.PUBLISHED.value, published_earned__isnull=False).count()
    require(published == len(mine) == limit, f"{published} of {limit} grades were published")
    return {"units": limit, "cpu": cpu - meter.seconds, "lms_cpu": meter.seconds, "wall": wall}


def wait_again() -> int:
    """Forget that anything was published, in the gradebook and in our tables; return how many grades wait."""
    from django.apps import apps

    for model in (*apps.get_app_config("grades").get_models(), *apps.get_app_config("courseware").get_models()):
        model._default_manager.all().delete()
    LtiAgsEvent.objects.all().delete()
    return LtiAgsGrade.objects.update(
        wanted_version=F("wanted_version") + 1,
        next_attempt_at=timezone.now(),
        decision=GradeDecision.QUEUED.value,
        ratio=None,
        published_earned=None,
        published_possible=None,
        published_at=None,
        completion=None,
        intents=[],
    )
