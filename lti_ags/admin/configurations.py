"""Blocks as the database has them: they can be read again from their courses, and their grades replayed."""

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
from lti_ags.admin.confirming import Question, chosen_rows, confirmation_page, is_confirmed
from lti_ags.admin.look_up import Way, configuration_ids, named, number_in, tool_ids
from lti_ags.admin.reading import LatestChoice, ReadingAdmin
from lti_ags.exceptions import PlatformError
from lti_ags.models import LtiConfiguration
from lti_ags.services.following import follow_one
from lti_ags.services.grades import progress_of_block
from lti_ags.services.operator_actions import replay_block
from lti_ags.services.staff_timelines import find_delivery


class PresenceChoice(LatestChoice):
    """Whether the course still has the block."""

    title = _("state")
    parameter_name = "state"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        """By what happened to the block."""
        return {
            "present": (str(_("in the course")), Q(removed_at=None, replaced_at=None)),
            "removed": (str(_("removed")), Q(removed_at__isnull=False, replaced_at=None)),
            "replaced": (str(_("replaced by another block")), Q(replaced_at__isnull=False)),
        }


@admin.register(LtiConfiguration)
class LtiConfigurationAdmin(ReadingAdmin):
    """Look up, read again, replay. What a block says is changed in Studio."""

    list_display = ("id", "title", "location", "tool", "grading_mode", "is_graded", "score_maximum", "removed_at")
    list_display_links = ("id", "title")
    list_select_related = ("tool",)
    list_filter = (PresenceChoice,)
    search_help_text = _("A usage key, a course key, a delivery id, the number of a configuration, or a tool.")
    fields = (
        "id", "title", "location", "course_key", "tool", "grading_mode", "is_graded", "score_maximum", "merge_policy",
        "missing_items", "late_policy", "grace_seconds", "override_policy", "release_policy", "released_at",
        "start_date_time", "end_date_time", "removed_at", "replaced_at", "created_at", "modified_at",
    )  # fmt: skip
    actions = ("read_again", "replay")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Studio publishes no grade, so it offers no replay."""
        found: dict[str, Any] = super().get_actions(request)
        if not edx_platform.is_lms():
            found.pop("replay", None)
        return found

    def ways(self, text: str) -> Iterator[Way]:
        """By number, delivery, block, course, or tool."""
        number, delivery = number_in(text), find_delivery(text)
        if number is not None:
            yield Way("pk", [number])
        if delivery is not None and delivery.line_item is not None:
            yield Way("pk", [delivery.line_item.lti_configuration_id])
        yield from named(pk=configuration_ids(text))
        yield from named(tool_id=tool_ids(text))

    @admin.action(description=_("Read the selected blocks again from their courses"), permissions=["act"])
    def read_again(self, request: HttpRequest, blocks: QuerySet[LtiConfiguration]) -> None:
        """Bring the rows up to date with what is published, as every publication does."""
        done = 0
        for block in _blocks_in_courses(request, blocks):
            try:
                follow_one(block.location, now=timezone.now())
            except PlatformError as error:
                problem = _("%(block)s could not be read: %(reason)s") % {"block": block, "reason": error.message}
                messages.error(request, problem)
            else:
                self.log_change(request, block, str(_("Read again from the course.")))
                done += 1
        if done:
            messages.success(request, ngettext("%d block was read again.", "%d blocks were read again.", done) % done)

    @admin.action(description=_("Publish all grades of the selected blocks again"), permissions=["act"])
    def replay(self, request: HttpRequest, blocks: QuerySet[LtiConfiguration]) -> HttpResponse | None:
        """Replay blocks, after a look at how many grades that are."""
        rows = _blocks_in_courses(request, blocks)
        if rows and not is_confirmed(request):
            count = sum(progress_of_block(block.pk).total for block in rows)
            return confirmation_page(request, self, rows, question=_question(count))
        wanted = 0
        for block in rows:
            wanted += replay_block(block.pk, actor_id=request.user.pk, now=timezone.now())
            self.log_change(request, block, str(_("All grades published again.")))
        if rows:
            told = ngettext("%d grade is published again.", "%d grades are published again.", wanted) % wanted
            messages.success(request, told)
        return None


def _blocks_in_courses(request: HttpRequest, blocks: QuerySet[LtiConfiguration]) -> list[LtiConfiguration]:
    """Leave out, with a message, the blocks whose keys are others' by now: their grades are on record only."""
    rows = chosen_rows(request, blocks)
    found = [row for row in rows if row.replaced_at is None]
    left = len(rows) - len(found)
    if left and not is_confirmed(request):
        told = ngettext(
            "%d block was replaced by another one; it is left as it is.",
            "%d blocks were replaced by other ones; they are left as they are.",
            left,
        )
        messages.warning(request, told % left)
    return found


def _question(count: int) -> Question:
    asked = ngettext("Publish %d grade again?", "Publish %d grades again?", count) % count
    consequence = _(
        "Every learner's scores in these blocks are merged anew by the rules of the block, and sent to the gradebook, "
        "in the background. What the staff of a course changed by hand is treated as the block says."
    )
    return Question(title=asked, consequence=str(consequence), button=str(_("Yes, publish again")))
