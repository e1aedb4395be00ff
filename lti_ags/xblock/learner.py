"""
The learner's side: the way into the tool, and under it the score with the tool's comment.

The tool's texts are shown as plain text. The score is read from our own tables, by the id of the learner to whom this
very block is bound; the runtime's services belong to the whole process and may speak of somebody else.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from web_fragments.fragment import Fragment
from webob import Response
from xblock.core import XBlock
from xblock.exceptions import JsonHandlerError

from lti_ags import edx_platform
from lti_ags.constants import ScoreDecision
from lti_ags.domain.visibility import are_scores_shown
from lti_ags.edx_platform.people import current_user
from lti_ags.exceptions import PlatformError
from lti_ags.models import LtiTool
from lti_ags.security.origins import origins_of
from lti_ags.services.configurations import find_configuration
from lti_ags.services.learner_view import LearnerGrade, LearnerScore, read_learner_grade
from lti_ags.services.status_sentences import number_words
from lti_ags.services.tool_choice import ChosenTool, chosen_tool, sentence_for_author, sentence_for_learner
from lti_ags.xblock.fields import WINDOW
from lti_ags.xblock.learner_texts import note_on_grade, notes_on_merge, part_in_grade, status_of
from lti_ags.xblock.rendering import Translate, fragment, moment_html, render, translator, zone_of_viewer


def student_view(block: XBlock) -> Fragment:
    """Show the way into the tool and the learner's score; a plain sentence where there is no way in."""
    _ = translator(block)
    key = block.scope_ids.usage_id
    chosen = chosen_tool(block.lti_tool.strip(), context_key=key.context_key)
    hindrance = _hindrance(block, chosen, _)
    tool = "" if chosen.tool is None else chosen.tool.name
    context = {
        "title": block.display_name,
        "hindrance": hindrance,
        "is_window": block.open_in == WINDOW,
        "launch_url": "" if hindrance else reverse("lti_ags:launch-start", kwargs={"usage_key": str(key)}),
        "open": _("Open {tool}").format(tool=tool),
        "new_window": _("(opens in a new window)"),
        "open_elsewhere": _("Open in a new window"),
        "your_score": _("Your score"),
        "refresh": _("Show my latest score"),
        "asking": _("Reading your score."),
        "score": score_html(block),
        "staff_url": _staff_url(block),
        "grades_of_learners": _("Grades of the learners"),
    }
    values = {
        "failed": _("The score cannot be read just now. Please try again in a few minutes."),
        "origins": _origins(block, chosen.tool) if not hindrance else [],
    }
    html = render("student.html", context)
    return fragment(block, html, scripts=("student.js",), function="LtiAgsStudent", values=values)


def score_response(block: XBlock) -> Response:
    """
    Answer the page's question for the learner's latest score.

    Raises:
        JsonHandlerError: the sender is not signed in, or may not see the block. The platform does not check that.
    """
    _ = translator(block)
    user = current_user()
    if user is None or not user.is_authenticated or block.scope_ids.user_id is None:
        raise JsonHandlerError(403, _("Sign in to see your score."))
    try:
        may_see = edx_platform.can_load(block.scope_ids.usage_id, user=user)
    except PlatformError as error:
        text = _("The score cannot be read just now. Please try again in a few minutes.")
        raise JsonHandlerError(503, text) from error
    if not may_see:
        raise JsonHandlerError(403, _("You have no access to this part of the course."))
    response = Response(json.dumps({"html": score_html(block)}), content_type="application/json", charset="UTF-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def score_html(block: XBlock) -> str:
    """Return the learner's score as HTML, or why there is none to be seen."""
    _ = translator(block)
    user_id = block.scope_ids.user_id
    grade = read_learner_grade(block.scope_ids.usage_id, user_id=user_id) if isinstance(user_id, int) else None
    if grade is None:
        context: dict[str, Any] = {"message": _("There is no score yet.")}
    elif not _are_scores_shown(block):
        context = {"message": _hidden_message(block, _)}
    else:
        context = _score_context(grade, _)
    return render("score.html", context)


def _hindrance(block: XBlock, chosen: ChosenTool, _: Translate) -> str:
    """Return why the viewer cannot open the tool; an empty string where they can."""
    if chosen.problem is not None:
        is_staff = _is_staff(block)
        return sentence_for_author(chosen.problem) if is_staff else sentence_for_learner(chosen.problem)
    user = current_user()
    if user is not None and not user.is_authenticated:
        return _("Sign in to open the tool.")
    try:
        is_masquerading = edx_platform.is_masquerading(user, block.scope_ids.usage_id.context_key)
    except PlatformError:
        return _("The tool cannot be opened just now. Please try again in a few minutes.")
    if is_masquerading:
        return _("You are viewing the course as a learner. The tool opens when you view it as yourself.")
    return ""


def _origins(block: XBlock, tool: LtiTool | None) -> list[str]:
    """Return from where a message about the frame's height may come: the origins of the tool's own pages."""
    return [] if tool is None else origins_of([tool.launch_url, *tool.redirect_uris, block.launch_url])


def _is_staff(block: XBlock) -> bool:
    """Tell whether the viewer is staff of the course; where that cannot be found out, they are not."""
    try:
        return edx_platform.is_course_staff(block.scope_ids.usage_id.context_key, user=current_user())
    except PlatformError:
        return False


def _staff_url(block: XBlock) -> str:
    """Return where the course's staff see every learner's grade; empty for learners, and before the first launch."""
    configuration = find_configuration(block.scope_ids.usage_id) if _is_staff(block) else None
    return "" if configuration is None else reverse("lti_ags:staff-block", kwargs={"block_uuid": configuration.uuid})


def _are_scores_shown(block: XBlock) -> bool:
    rule = str(getattr(block, "show_correctness", "") or "")
    return are_scores_shown(rule, due_at=_due_at(block), now=timezone.now()) or _is_staff(block)


def _due_at(block: XBlock) -> datetime | None:
    """Return the learner's own due date with the grace period, as the bound block has them."""
    due = getattr(block, "due", None)
    grace = getattr(block, "graceperiod", None)
    return due + grace if due is not None and isinstance(grace, timedelta) else due


def _hidden_message(block: XBlock, _: Translate) -> str:
    if getattr(block, "show_correctness", "") == "past_due":
        return _("Your score is shown after the due date.")
    return _("Scores are not shown in this part of the course.")


def _score_context(grade: LearnerGrade, _: Translate) -> dict[str, Any]:
    points = None
    if grade.points is not None:
        points = _("{earned} of {possible} points").format(
            earned=number_words(grade.points.earned), possible=number_words(grade.points.possible)
        )
    is_single = len(grade.scores) == 1
    return {
        "points": points,
        "notes": [note for note in (note_on_grade(grade, _), *notes_on_merge(grade, _)) if note],
        "scores": [_score_face(score, grade, is_single=is_single, translate=_) for score in grade.scores],
        "is_single": is_single,
        "comment": _("Comment"),
    }


def _score_face(score: LearnerScore, grade: LearnerGrade, *, is_single: bool, translate: Translate) -> dict[str, str]:
    """Return the texts about one score; beside a single one that counts, its points would stand there twice."""
    _ = translate
    value = ""
    counts = score.decision == ScoreDecision.CONTRIBUTES.value
    if score.given is not None and score.maximum is not None and not (is_single and counts):
        value = _("{given} of {maximum}").format(given=number_words(score.given), maximum=number_words(score.maximum))
    when = moment_html(score.received_at, zone=zone_of_viewer())
    return {
        "label": score.label,
        "value": value,
        "status": status_of(score, _),
        "part": "" if is_single else part_in_grade(score, grade, _),
        "received": format_html(_("From {tool}, {when}"), tool=grade.tool_name, when=when),
        "comment": score.comment,
    }
