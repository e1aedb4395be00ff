"""Recording that a learner has completed a block."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from lti_ags import edx_platform
from lti_ags.exceptions import PermanentPlatformError

pytestmark = pytest.mark.platform


@pytest.fixture
def tracking(settings: Any) -> None:
    """Switch the tracking of completion on, as sites do by a waffle switch."""
    settings.ENABLE_COMPLETION_TRACKING = True
    _switch(is_on=True)


def _switch(*, is_on: bool) -> None:
    if not apps.is_installed("waffle"):
        return
    from waffle.models import Switch

    Switch.objects.update_or_create(name="completion.enable_completion_tracking", defaults={"active": is_on})


def _completion(user: Any, block: Any) -> float | None:
    from completion.models import BlockCompletion

    return BlockCompletion.objects.filter(user=user, block_key=block).values_list("completion", flat=True).first()


@pytest.mark.usefixtures("tracking")
def test_completion_is_recorded_and_taken_back(block: Any, learner: Any) -> None:
    edx_platform.submit_completion(block, user_id=learner.pk, completion=1.0)
    assert _completion(learner, block) == 1.0

    edx_platform.submit_completion(str(block), user_id=learner.pk, completion=0.0)
    assert _completion(learner, block) == 0.0


def test_a_site_that_does_not_track_completion_is_left_alone(
    site: Any, block: Any, learner: Any, settings: Any
) -> None:
    settings.ENABLE_COMPLETION_TRACKING = False
    _switch(is_on=False)
    site.forget_caches()

    edx_platform.submit_completion(block, user_id=learner.pk, completion=1.0)

    assert _completion(learner, block) is None


@pytest.mark.usefixtures("tracking")
def test_a_user_who_does_not_exist_completes_nothing(block: Any) -> None:
    with pytest.raises(PermanentPlatformError, match="no user"):
        edx_platform.submit_completion(block, user_id=2**30, completion=1.0)
