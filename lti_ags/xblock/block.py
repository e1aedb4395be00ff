"""
The XBlock: what the platform asks of a graded component.

It is not a ``ScorableXBlockMixin``. The platform calls that mixin's ``set_score`` for every score that is published,
ours included; without it, ``set_score`` is called only when a teacher acts, and a grade can be published without
binding the block to a learner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from web_fragments.fragment import Fragment
from xblock.core import XBlock

from lti_ags.xblock.fields import LtiAgsFields


@XBlock.wants("i18n")
@XBlock.wants("user")
class LtiAgsXBlock(LtiAgsFields, XBlock):  # type: ignore[misc]  # XBlock is published without types
    """One tool in one place of a course."""

    has_custom_completion = True
    completion_mode = "completable"
    has_author_view = True

    def max_score(self) -> float:
        """Return the points that the block is worth: its weight, so that teachers type scores on the scale they see."""
        return float(self.weight)

    def student_view(self, _context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the learner the way into the tool."""
        return Fragment()
