"""Line items, with those that tools deleted: they can come back."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lti_ags.admin.columns import block_name
from lti_ags.admin.confirming import Question, chosen_rows, confirmation_page, is_confirmed
from lti_ags.admin.look_up import Way, configuration_ids, context_ids, course_in, line_item_in, named
from lti_ags.admin.reading import LatestChoice, ReadingAdmin
from lti_ags.exceptions import Forbidden
from lti_ags.models import LtiAgsLineItem
from lti_ags.services.operator_actions import restore_line_item
from lti_ags.services.staff_timelines import find_delivery


class StateChoice(LatestChoice):
    """Live, or deleted by the tool."""

    title = _("state")
    parameter_name = "state"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        """By whether it was deleted."""
        return {
            "live": (str(_("live")), Q(deleted_at=None)),
            "deleted": (str(_("deleted")), Q(deleted_at__isnull=False)),
        }


@admin.register(LtiAgsLineItem)
class LtiAgsLineItemAdmin(ReadingAdmin):
    """Look up and restore."""

    list_display = ("id", "label", "tool", "course", "block", "score_maximum", "origin", "deleted_at")
    list_display_links = ("id", "label")
    list_select_related = ("context__tool", "lti_configuration")
    list_filter = (StateChoice,)
    search_help_text = _("The number or URL of a line item, a usage key, a course key, a delivery id, or a tool.")
    fields = (
        "id", "label", "context", "lti_configuration", "origin", "score_maximum", "resource_id", "tag",
        "start_date_time", "end_date_time", "grades_released", "extensions", "deleted_at", "created_at", "modified_at",
    )  # fmt: skip
    actions = ("restore",)

    def ways(self, text: str) -> Iterator[Way]:
        """By number, delivery, block, course, or tool."""
        number, delivery = line_item_in(text), find_delivery(text)
        if number is not None:
            yield Way("pk", [number])
        if delivery is not None and delivery.line_item_id is not None:
            yield Way("pk", [delivery.line_item_id])
        if course_in(text) is None:
            yield from named(lti_configuration_id=configuration_ids(text))
        yield from named(context_id=context_ids(text))

    @admin.display(description=_("tool"))
    def tool(self, item: LtiAgsLineItem) -> str:
        """Whose it is."""
        return item.context.tool.name

    @admin.display(description=_("course"))
    def course(self, item: LtiAgsLineItem) -> str:
        """Where it is."""
        return str(item.context.course_key)

    @admin.display(description=_("block"))
    def block(self, item: LtiAgsLineItem) -> str:
        """The title of the block whose grade it makes."""
        configuration = item.lti_configuration
        return str(_("no block")) if configuration is None else block_name(configuration)

    @admin.display(description=_("made by"))
    def origin(self, item: LtiAgsLineItem) -> str:
        """Who made it, and so who may delete it."""
        return str(_("the platform") if item.is_platform_made else _("the tool"))

    @admin.action(description=_("Restore the selected line items"), permissions=["act"])
    def restore(self, request: HttpRequest, items: QuerySet[LtiAgsLineItem]) -> HttpResponse | None:
        """Bring deleted ones back, after a look at what that means."""
        rows = chosen_rows(request, items)
        if rows and not is_confirmed(request):
            return confirmation_page(request, self, rows, question=_question(len(rows)))
        restored = 0
        for item in rows:
            try:
                restore_line_item(item.pk, now=timezone.now())
            except Forbidden as refusal:
                messages.error(request, refusal.message)
            else:
                self.log_change(request, item, str(_("Restored.")))
                restored += 1
        if restored:
            told = ngettext("%d line item was restored.", "%d line items were restored.", restored) % restored
            messages.success(request, told)
        return None


def _question(count: int) -> Question:
    asked = ngettext("Restore %d line item?", "Restore %d line items?", count) % count
    consequence = _(
        "The tool sees them again, with their scores, and the grades of their blocks are worked out and published "
        "again. A learner's grade may change."
    )
    return Question(title=asked, consequence=str(consequence), button=str(_("Yes, restore")))
