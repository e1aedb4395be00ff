"""The page of one learner in one block: the scores, what happened, and what can be done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lti_ags.constants import ScoreDecision, StaffAction
from lti_ags.models import LtiConfiguration
from lti_ags.services.action_sentences import ActionWords, words_for_action
from lti_ags.services.staff_rows import read_rows
from lti_ags.services.staff_tables import grades_of_block
from lti_ags.services.staff_timelines import ItemScore, read_item_scores, read_timeline
from lti_ags.services.status_sentences import points_words
from lti_ags.staff.access import for_block_staff, no_page
from lti_ags.staff.block_views import row_face
from lti_ags.staff.course_views import course_name
from lti_ags.staff.pages import staff_page


@never_cache
@require_safe
@for_block_staff
def show_learner(request: HttpRequest, configuration: LtiConfiguration, grade_id: str) -> HttpResponse:
    """Show a learner's scores on the line items of a block, and the history of the grade, newest first."""
    grade = grades_of_block(configuration).filter(pk=int(grade_id)).select_related("subject").first()
    rows = [] if grade is None else read_rows(configuration, [grade.pk])
    # A learner may be erased between the two looks.
    if grade is None or not rows:
        return no_page(request)
    scores = read_item_scores(configuration, grade.subject_id)
    timeline, is_cut = read_timeline(configuration, grade)
    context = {
        "configuration": configuration,
        "course_title": course_name(configuration.course_key) or str(configuration.course_key),
        "face": row_face(rows[0]),
        "grade_id": grade.pk,
        "scores": [(score, points_words(score.given, score.maximum)) for score in scores],
        "timeline": timeline,
        "is_cut": is_cut,
        "actions": _actions(scores),
    }
    return staff_page(request, "learner.html", context)


def _actions(scores: list[ItemScore]) -> list[tuple[str, ActionWords]]:
    """Return what can be done; what can do nothing here, as no score is held back, is left out."""
    decisions = {score.decision for score in scores}
    useless = set()
    if not decisions & {ScoreDecision.LATE_HELD.value, ScoreDecision.LATE_REFUSED.value}:
        useless.add(StaffAction.ACCEPT_LATE)
    if ScoreDecision.NOT_RELEASED.value not in decisions:
        useless.add(StaffAction.RELEASE)
    return [(action.value, words_for_action(action)) for action in StaffAction if action not in useless]
