"""
The XBlock: what the platform asks of a graded component.

It is not a ``ScorableXBlockMixin``. The platform calls that mixin's ``set_score`` for every score that is published,
ours included; without it, ``set_score`` is called only when a teacher acts, and a grade can be published without
binding the block to a learner.

What a method needs is imported in the method: block classes are also loaded by commands that know no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.exceptions import JsonHandlerError
from xblock.validation import Validation

from lti_ags.xblock.fields import LtiAgsFields
from lti_ags.xblock.teacher_actions import TeacherActions


@XBlock.wants("i18n")
@XBlock.wants("user")
class LtiAgsXBlock(TeacherActions, LtiAgsFields, XBlock):  # type: ignore[misc]  # XBlock is published without types
    """One tool in one place of a course."""

    has_custom_completion = True
    completion_mode = "completable"
    has_author_view = True
    #: The platform's sign for something that gives points, in the outline and above the unit.
    icon_class = "problem"

    def max_score(self) -> float:
        """Return the points that the block is worth: its weight, so that teachers type scores on the scale they see."""
        return float(self.weight)

    @XBlock.supports("multi_device")
    def student_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the way into the tool, and the learner's score; from Studio's previews nothing is launched."""
        from lti_ags import edx_platform
        from lti_ags.xblock import learner

        if not edx_platform.is_lms():
            return self.author_view(context)
        return learner.student_view(self)

    @XBlock.handler
    def learner_score(self, _request: Request, _suffix: str = "") -> Response:
        """Answer with the score of the learner who asks."""
        from lti_ags.xblock import learner

        try:
            return learner.score_response(self)
        except JsonHandlerError as error:
            return error.get_response()

    def author_view(self, _context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the author what learners will meet."""
        from lti_ags.xblock import editor

        return editor.author_view(self)

    def studio_view(self, _context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the editor."""
        from lti_ags.xblock import editor

        return editor.studio_view(self)

    @XBlock.json_handler
    def submit_studio_edits(self, data: object, _suffix: str = "") -> dict[str, str]:
        """Store what the author sent from the editor."""
        from lti_ags.xblock import editor

        return editor.submit_edits(self, data)

    def index_dictionary(self) -> dict[str, Any]:
        """Say what a search of the course may find: the title, and that a tool opens here."""
        found: dict[str, Any] = super().index_dictionary()
        content = {**found.get("content", {}), "display_name": self.display_name}
        return {**found, "content": content, "content_type": "LTI"}

    @XBlock.json_handler
    def add_tool(self, data: object, _suffix: str = "") -> dict[str, Any]:
        """Add the tool that an author describes to the course."""
        from lti_ags.xblock import editor

        return editor.add_tool_for_author(self, data)

    def validate(self) -> Validation:
        """Tell the author what is wrong with the block; a warning stands in nobody's way."""
        from lti_ags.xblock.validation import messages

        validation = super().validate()
        for message in messages(self):
            validation.add(message)
        return validation
