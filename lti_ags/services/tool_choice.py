"""The tool that a block names, and what stands in the way of using it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from opaque_keys.edx.keys import CourseKey, LearningContextKey

from lti_ags.models import LtiSubject, LtiTool
from lti_ags.services.tools import is_available, tools_of_course


class ToolProblem(StrEnum):
    """Why a block cannot be opened."""

    NO_TOOL = "no_tool"
    UNKNOWN_TOOL = "unknown_tool"
    DISABLED_TOOL = "disabled_tool"
    TOOL_NOT_AVAILABLE = "tool_not_available"


@dataclass(frozen=True, slots=True)
class ChosenTool:
    """Exactly one of the two is None. ``tool`` is enabled and may be used in the course."""

    tool: LtiTool | None
    problem: ToolProblem | None


_FOR_AUTHORS: Final[Mapping[ToolProblem, Promise]] = {
    ToolProblem.NO_TOOL: _("No tool is chosen. Edit this component and choose one."),
    ToolProblem.UNKNOWN_TOOL: _(
        "The chosen tool is not known on this site. Edit this component and choose another, "
        "or ask the site's operator to register it."
    ),
    ToolProblem.DISABLED_TOOL: _(
        "The chosen tool is switched off on this site. Edit this component and choose another, "
        "or ask the site's operator."
    ),
    ToolProblem.TOOL_NOT_AVAILABLE: _(
        "The chosen tool may not be used in this course. Edit this component and choose another, "
        "or ask the site's operator to allow it."
    ),
}
_FOR_LEARNERS: Final = _("This part of the course is not ready yet. Please tell the course team.")
_FOR_LEARNERS_OFF: Final = _("The tool of this part of the course is switched off. Please tell the course team.")


def chosen_tool(tool_uuid: str, *, context_key: LearningContextKey) -> ChosenTool:
    """Return the tool that a block names by ``tool_uuid``, or why it cannot be used in its course."""
    if not tool_uuid:
        return ChosenTool(None, ToolProblem.NO_TOOL)
    tool = find_tool(tool_uuid)
    if tool is None:
        return ChosenTool(None, ToolProblem.UNKNOWN_TOOL)
    if not tool.is_enabled:
        return ChosenTool(None, ToolProblem.DISABLED_TOOL)
    if not _is_course(context_key) or not is_available(tool, course_key=context_key):
        return ChosenTool(None, ToolProblem.TOOL_NOT_AVAILABLE)
    return ChosenTool(tool, None)


def offered_tools(context_key: LearningContextKey) -> list[LtiTool]:
    """Return the tools from which an author may choose: those of the course, and none in a library of content."""
    return tools_of_course(context_key) if _is_course(context_key) else []


def find_tool(tool_uuid: str) -> LtiTool | None:
    """Return the tool with this UUID, whether it may be used or not; None also for what is no UUID."""
    try:
        return LtiTool.objects.filter(uuid=UUID(tool_uuid)).first()
    except ValueError:
        return None


def known_tool(tool_uuid: str, *, context_key: LearningContextKey) -> LtiTool | None:
    """
    Return the tool that a block names if its course may know it: it may be used there, or people opened it there.

    A block's file may come from anywhere and name any tool; what a foreign one is called is not for this course.
    """
    tool = find_tool(tool_uuid)
    if tool is None or not _is_course(context_key):
        return None
    was_opened = LtiSubject.objects.filter(context__tool=tool, context__course_key=context_key)
    return tool if is_available(tool, course_key=context_key) or was_opened.exists() else None


def _is_course(context_key: LearningContextKey) -> bool:
    return isinstance(context_key, CourseKey) and bool(context_key.is_course)


def sentence_for_author(problem: ToolProblem) -> str:
    """Say what somebody who may edit the block can do about it."""
    return str(_FOR_AUTHORS[problem])


def sentence_for_learner(problem: ToolProblem | None = None) -> str:
    """Say what a learner can do about a block that cannot be opened."""
    return str(_FOR_LEARNERS_OFF if problem is ToolProblem.DISABLED_TOOL else _FOR_LEARNERS)
