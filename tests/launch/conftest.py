"""A launch of the declarative block by the learner."""

from __future__ import annotations

from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from tests.support.launches import Launch, signed_in
from tests.support.tools import RegisteredTool


@pytest.fixture
def launch(tool: RegisteredTool, learner: Any, declarative_block: UsageKey) -> Launch:
    return Launch(signed_in(learner), tool, declarative_block)
