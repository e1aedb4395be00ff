"""Blocks, learners and scores as the services' tests have them."""

from __future__ import annotations

from tests.services.conftest import (
    course,
    declarative,
    healthy_platform,
    learner,
    programmatic,
    publish_inline,
    say,
    tool,
)

__all__ = ["course", "declarative", "healthy_platform", "learner", "programmatic", "publish_inline", "say", "tool"]
