"""What other apps may know about blocks, grades, scores and tools; read only, from our own tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags.constants import ActivityProgress, GradeDecision, GradingMode, GradingProgress, ScoreDecision
from lti_ags.data import BlockSummary, GradeSummary, ScoreSummary, ToolSummary
from lti_ags.exceptions import NotFound
from lti_ags.models import LtiAgsGrade, LtiAgsScore, LtiTool
from lti_ags.services.configurations import find_configuration
from lti_ags.services.grade_rows import find_grade_of_user, points_in_force
from lti_ags.services.grades import progress_of_block
from lti_ags.services.score_rows import scores_in_block
from lti_ags.services.sentences import sentence_for_staff, sentence_for_staff_on_score
from lti_ags.services.tools import tools_of_course

_CHUNK: Final = 500


def summarize_block(location: UsageKey) -> BlockSummary | None:
    """Return the block that has this usage key now; None where no tool was ever chosen in it."""
    configuration = find_configuration(location)
    if configuration is None:
        return None
    progress = progress_of_block(configuration.pk)
    return BlockSummary(
        usage_key=str(configuration.location),
        course_key=str(configuration.course_key),
        title=configuration.title,
        tool_uuid=None if configuration.tool is None else str(configuration.tool.uuid),
        grading_mode=GradingMode(configuration.grading_mode),
        is_graded=configuration.is_graded,
        is_removed=configuration.removed_at is not None,
        score_maximum=configuration.score_maximum,
        total_grades=progress.total,
        waiting_grades=progress.waiting,
    )


def summarize_grade(location: UsageKey, *, user_id: int) -> GradeSummary | None:
    """Return the learner's grade under the tool that the block has now, or None."""
    grade = find_grade_of_user(location, user_id=user_id)
    return None if grade is None else _grade_summary(grade)


def summarize_scores(location: UsageKey, *, user_id: int | None = None) -> Iterator[ScoreSummary]:
    """Yield the scores on the live line items of the block's tool, of one learner or of all, oldest row first."""
    configuration = find_configuration(location)
    if configuration is None or configuration.tool_id is None:
        return
    rows = scores_in_block(configuration)
    if user_id is not None:
        rows = rows.filter(subject__user_id=user_id)
    for score in rows.select_related("line_item", "subject").order_by("pk").iterator(chunk_size=_CHUNK):
        yield _score_summary(score)


def summarize_tools(course_key: CourseKey) -> tuple[ToolSummary, ...]:
    """Return the enabled tools that may be used in a course, by name."""
    return tuple(tool_summary(tool) for tool in tools_of_course(course_key))


def registered_tool(tool_uuid: UUID) -> LtiTool:
    """
    Return a tool by the name that blocks have for it.

    Raises:
        NotFound: there is none.
    """
    tool = LtiTool.objects.filter(uuid=tool_uuid).first()
    if tool is None:
        raise NotFound(f"No tool with the UUID {tool_uuid} is registered.", field="tool_uuid")
    return tool


def tool_summary(tool: LtiTool) -> ToolSummary:
    """Return what may be known of a tool."""
    return ToolSummary(
        tool_uuid=str(tool.uuid),
        name=tool.name,
        client_id=tool.client_id,
        deployment_id=tool.deployment_id,
        ceiling=GradingMode(tool.grading_mode_ceiling),
        is_enabled=tool.is_enabled,
    )


def _grade_summary(grade: LtiAgsGrade) -> GradeSummary:
    return GradeSummary(
        usage_key=str(grade.configuration.location),
        user_id=grade.subject.user_id,
        points=points_in_force(grade),
        ratio=grade.ratio,
        decision=GradeDecision(grade.decision),
        reason=sentence_for_staff(grade.decision),
        is_settled=grade.next_attempt_at is None,
        published_at=grade.published_at,
        last_error=grade.last_error,
    )


def _score_summary(score: LtiAgsScore) -> ScoreSummary:
    return ScoreSummary(
        line_item_id=score.line_item_id,
        label=score.line_item.label,
        user_id=score.subject.user_id,
        given=score.final_score_given,
        maximum=score.final_score_maximum,
        activity_progress=ActivityProgress(score.activity_progress),
        grading_progress=GradingProgress(score.grading_progress),
        comment=score.comment,
        decision=ScoreDecision(score.decision) if score.decision else None,
        reason=sentence_for_staff_on_score(score.decision) if score.decision else "",
        timestamp=score.timestamp,
        received_at=score.received_at,
    )
