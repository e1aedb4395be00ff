"""Learners' grades and where their publication stands; they can be published again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lti_ags import edx_platform
from lti_ags.admin.columns import DecisionMeaning, block_name, exact_points
from lti_ags.admin.confirming import Question, chosen_rows, confirmation_page, is_confirmed
from lti_ags.admin.look_up import (
    Way,
    configuration_ids,
    configurations_of_tool,
    grade_ids_of_delivery,
    named,
    number_in,
    subject_ids,
)
from lti_ags.admin.reading import LatestChoice, ReadingAdmin
from lti_ags.constants import GradeDecision
from lti_ags.models import LtiAgsGrade
from lti_ags.services.staff_actions import publish_again


class GradeDecisionChoice(LatestChoice):
    """What became of a grade."""

    title = _("decision")
    parameter_name = "decision"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        """By the decision's code."""
        return {word.value: (word.value, Q(decision=word.value)) for word in GradeDecision if word.value}


@admin.register(LtiAgsGrade)
class LtiAgsGradeAdmin(DecisionMeaning, ReadingAdmin):
    """Look up, and publish again. Values are changed by the staff of a course, on their pages."""

    list_display = ("id", "learner", "block", "course", "decision", "published", "attempts", "next_attempt_at")
    list_select_related = ("subject", "configuration")
    list_filter = (GradeDecisionChoice,)
    search_help_text = _(
        "A usage key, a course key, a learner's id as tools know it, a user name, a delivery id, the number of a "
        "grade, or a tool."
    )
    fields = (
        "id", "configuration", "subject", "decision", "meaning", "ratio", "published", "published_at",
        "override_earned", "override_possible", "overridden_at", "completion", "wanted_version", "published_version",
        "attempts", "next_attempt_at", "last_error", "needs_attention", "claimed_until", "created_at", "modified_at",
    )  # fmt: skip
    actions = ("publish",)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Studio publishes no grade, so it offers none of this."""
        return super().get_actions(request) if edx_platform.is_lms() else {}

    def ways(self, text: str) -> Iterator[Way]:
        """By number, delivery, block, course, learner, or tool."""
        number = number_in(text)
        if number is not None:
            yield Way("pk", [number])
        yield from named(pk=grade_ids_of_delivery(text))
        yield from named(configuration_id=configuration_ids(text))
        yield from named(subject_id=subject_ids(text))
        yield from named(configuration_id=configurations_of_tool(text))

    @admin.display(description=_("learner"))
    def learner(self, grade: LtiAgsGrade) -> str:
        """The id by which tools know the learner."""
        return grade.subject.subject

    @admin.display(description=_("block"))
    def block(self, grade: LtiAgsGrade) -> str:
        """The block's title, or its key where it has none."""
        return block_name(grade.configuration)

    @admin.display(description=_("course"))
    def course(self, grade: LtiAgsGrade) -> str:
        """The course's key."""
        return str(grade.configuration.course_key)

    @admin.display(description=_("published"))
    def published(self, grade: LtiAgsGrade) -> str:
        """What the LMS held after our last publication."""
        return exact_points(grade.published_earned, grade.published_possible, missing=str(_("nothing")))

    @admin.action(description=_("Publish the selected grades again"), permissions=["act"])
    def publish(self, request: HttpRequest, grades: QuerySet[LtiAgsGrade]) -> HttpResponse | None:
        """Have them worked out and published again, after a look at what that means."""
        rows = chosen_rows(request, grades)
        if rows and not is_confirmed(request):
            return confirmation_page(request, self, rows, question=_question(len(rows)))
        for grade in rows:
            publish_again(grade, actor_id=request.user.pk, now=timezone.now())
            self.log_change(request, grade, str(_("Published again.")))
        if rows:
            count = len(rows)
            told = ngettext("%d grade is published again.", "%d grades are published again.", count) % count
            messages.success(request, told)
        return None


def _question(count: int) -> Question:
    asked = ngettext("Publish %d grade again?", "Publish %d grades again?", count) % count
    consequence = _(
        "The tools' scores are merged anew by the rules of their blocks, and sent to the gradebook. What the staff of "
        "a course changed by hand is treated as the block says."
    )
    return Question(title=asked, consequence=str(consequence), button=str(_("Yes, publish again")))
