"""A launch of the declarative block by the learner."""

from __future__ import annotations

from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from openedx.core.djangoapps.external_user_ids.models import ExternalIdType
from tests.support.launches import Launch, signed_in
from tests.support.tools import RegisteredTool


@pytest.fixture(autouse=True)
def _platforms_ids(db: None) -> None:
    """The platform's migrations make the type of id; a test that commits empties the tables behind it."""
    ExternalIdType.objects.get_or_create(name="lti")


@pytest.fixture
def launch(tool: RegisteredTool, learner: Any, declarative_block: UsageKey) -> Launch:
    return Launch(signed_in(learner), tool, declarative_block)
