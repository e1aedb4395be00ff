"""The LMS publishes grades, and Studio does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lti_ags import edx_platform
from lti_ags.data import Points
from lti_ags.exceptions import PermanentPlatformError

pytestmark = pytest.mark.platform

KEY = "block-v1:ContractX+Nowhere+2026+type@lti_ags+block@nothing"
ONLY_IN_THE_LMS: dict[str, Callable[[], object]] = {
    "publish_score": lambda: edx_platform.publish_score(KEY, user_id=1, points=Points(1.0, 1.0)),
    "clear_score": lambda: edx_platform.clear_score(KEY, user_id=1),
    "read_score": lambda: edx_platform.read_score(KEY, user_id=1),
    "read_scores": lambda: edx_platform.read_scores(KEY, user_ids=[1]),
    "lms_state": lambda: edx_platform.lms_state(KEY, user_id=1),
    "submit_completion": lambda: edx_platform.submit_completion(KEY, user_id=1, completion=1.0),
    "can_load": lambda: edx_platform.can_load(KEY, user=None),
    "is_course_staff": lambda: edx_platform.is_course_staff("course-v1:A+B+C", user=None),
}


@pytest.mark.parametrize(
    ("urls", "variant", "answer"),
    [
        ("lms.urls", "lms", True),
        ("cms.urls", "cms", False),
        ("cms.urls", "lms", False),
        ("site.lms_urls", "lms", True),
        ("site.cms_urls", "cms", False),
        ("site.urls", None, False),
    ],
)
def test_the_urls_tell_the_service_and_else_its_variant(
    settings: Any, urls: str, variant: str | None, answer: bool
) -> None:
    settings.ROOT_URLCONF = urls
    settings.SERVICE_VARIANT = variant

    assert edx_platform.is_lms() is answer


@pytest.mark.parametrize("call", ONLY_IN_THE_LMS.values(), ids=ONLY_IN_THE_LMS.keys())
def test_studio_is_refused_without_asking_anybody(settings: Any, call: Callable[[], object]) -> None:
    settings.ROOT_URLCONF = "cms.urls"

    with pytest.raises(PermanentPlatformError, match="Studio"):
        call()


@pytest.mark.parametrize("name", ["publish_score", "clear_score", "lms_state"])
def test_a_service_without_the_grades_app_is_refused(settings: Any, name: str) -> None:
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if "djangoapps.grades" not in app]

    with pytest.raises(PermanentPlatformError, match=r"lms\.djangoapps\.grades is not installed"):
        ONLY_IN_THE_LMS[name]()


def test_studio_reads_what_is_published(settings: Any, site: Any, course: Any, block: Any) -> None:
    site.edit(block, display_name="Draft")
    settings.ROOT_URLCONF = "cms.urls"
    settings.MODULESTORE_BRANCH = "draft-preferred"

    assert edx_platform.block_choices(block).title == "A tool"
    assert [choices.title for choices in edx_platform.walk_blocks(course)] == ["A tool"]
