"""A course with blocks, line items and scores of the platform's other LTI component."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any, Final

import pytest
from django.core.management import call_command
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiTool
from lti_consumer.models import Lti1p3Passport, LtiAgsLineItem, LtiAgsScore, LtiConfiguration
from tests.services.conftest import course, healthy_platform, publish_inline
from tests.support.courses import Course, external_id, make_learner
from xmodule.modulestore.django import modulestore

__all__ = ["course", "healthy_platform", "publish_inline"]

THEN: Final = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
TOOL: Final[dict[str, Any]] = {
    "lti_1p3_oidc_url": "https://tool.example/login",
    "lti_1p3_launch_url": "https://tool.example/launch",
}
Tell = Callable[..., str]


@dataclass
class OldBlock:
    """A block of the other component, and what it has in its tables."""

    course: Course
    location: UsageKey
    configuration: LtiConfiguration

    @property
    def passport(self) -> Lti1p3Passport:
        passport = self.configuration.lti_1p3_passport
        assert passport is not None
        return passport

    def add_item(self, **columns: Any) -> LtiAgsLineItem:
        """Add a line item, linked to the block unless told otherwise."""
        return LtiAgsLineItem.objects.create(
            **{
                "lti_configuration": self.configuration,
                "resource_link_id": self.location,
                "resource_id": str(self.location),
                "label": "Old quiz",
                "score_maximum": 10,
                **columns,
            }
        )

    def add_score(self, item: LtiAgsLineItem, user: Any, given: float | None, **columns: Any) -> LtiAgsScore:
        """Add a score of a user, who is known to tools by their external id."""
        user_id = user if isinstance(user, str) else external_id(user)
        return LtiAgsScore.objects.create(
            **{
                "line_item": item,
                "user_id": user_id,
                "timestamp": THEN,
                "score_given": given,
                "score_maximum": None if given is None else 10.0,
                "activity_progress": "Completed",
                "grading_progress": "FullyGraded",
                **columns,
            }
        )

    def add_ours(self, *, tool: LtiTool | None = None, **fields: Any) -> UsageKey:
        """Put a block of ours under the same block id into the course, with the tool that was taken over."""
        tool = tool or LtiTool.objects.get(client_id=self.passport.lti_1p3_client_id)
        block = modulestore().create_child(
            self.course.author_id,
            self.course.unit,
            "lti_ags",
            block_id=self.location.block_id,
            fields={"display_name": "Quiz", "weight": 10.0, "lti_tool": str(tool.uuid), **fields},
        )
        self.course.publish()
        return block.location


def add_old_block(
    course: Course, *, fields: dict[str, Any] | None = None, passport: dict[str, Any] | None = None, **columns: Any
) -> OldBlock:
    """
    Add a block of the other component, as its author configured it and its first launch left it.

    ``fields`` are the block's; ``passport`` columns change its passport; ``columns`` are of its configuration.
    """
    block = modulestore().create_child(
        course.author_id,
        course.unit,
        "lti_consumer",
        fields={
            "display_name": "Old quiz",
            "lti_version": "lti_1p3",
            "lti_1p3_tool_key_mode": "keyset_url",
            "lti_1p3_tool_keyset_url": "https://tool.example/jwks",
            **TOOL,
            **(fields or {}),
        },
    )
    course.publish()
    row = Lti1p3Passport.objects.create(
        **{"lti_1p3_client_id": f"client-{block.location.block_id}", **(passport or {})}
    )
    configuration = LtiConfiguration.objects.create(
        **{"version": "lti_1p3", "location": block.location, "lti_1p3_passport": row, **columns}
    )
    return OldBlock(course, block.location, configuration)


@pytest.fixture
def learner(course: Course) -> Any:
    return make_learner(course)


@pytest.fixture
def old(course: Course) -> OldBlock:
    """A block whose settings are its own fields, with a line item."""
    return add_old_block(course)


@pytest.fixture
def take_over(course: Course) -> Tell:
    """Run the command for the course, and return what it tells."""

    def run(*arguments: str, **options: Any) -> str:
        out = StringIO()
        call_command("lti_ags_import_lti_consumer", str(course.key), *arguments, stdout=out, **options)
        return out.getvalue()

    return run
