"""What tools sent and what they were answered, and the history of grades."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lti_ags.admin.columns import block_name
from lti_ags.admin.look_up import (
    Way,
    context_ids,
    course_in,
    grade_ids,
    line_item_in,
    line_items_of_block,
    named,
    number_in,
    subject_ids,
    tool_ids,
    uuid_in,
)
from lti_ags.admin.reading import LatestChoice, ReadingAdmin
from lti_ags.constants import ErrorCode, EventKind, GradeDecision, ScoreDecision
from lti_ags.models import LtiAgsDelivery, LtiAgsEvent, LtiSubject
from lti_ags.models.fields import digest_of
from lti_ags.models.records import FIRST_REFUSED_STATUS
from lti_ags.services.deliveries import read_members

_CODES: Final = frozenset({*ErrorCode, *GradeDecision, *ScoreDecision} - {""})
_SHOWN_OF_BODY: Final = 4_000


class AnswerChoice(LatestChoice):
    """Taken or refused."""

    title = _("answer")
    parameter_name = "answer"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        """By the HTTP status."""
        return {
            "accepted": (gettext("accepted"), Q(status__lt=FIRST_REFUSED_STATUS)),
            "refused": (gettext("refused"), Q(status__gte=FIRST_REFUSED_STATUS)),
        }


@admin.register(LtiAgsDelivery)
class LtiAgsDeliveryAdmin(ReadingAdmin):
    """Look up."""

    list_display = ("uuid", "tool", "line_item", "user_id", "status", "code", "received_at")
    list_select_related = ("tool", "line_item")
    list_filter = (AnswerChoice,)
    search_help_text = _(
        "A delivery id, a learner's id as tools know it, a user name, a usage key, a course key, a line item's number "
        "or URL, a code, or a tool."
    )
    fields = (
        "uuid", "tool", "context", "line_item", "user_id", "status", "code", "message", "message_as_received",
        "received_at",
    )  # fmt: skip

    def ways(self, text: str) -> Iterator[Way]:
        """By id, learner, line item, code, block, course, or tool."""
        number, uuid = line_item_in(text), uuid_in(text)
        if uuid is not None:
            yield Way("uuid", [uuid])
        yield Way("user_id_digest", [digest_of(text)])
        if number is not None:
            yield Way("line_item_id", [number])
        if text in _CODES:
            yield Way("code", [text], has_index=False)
        if course_in(text) is None:
            yield from named(line_item_id=line_items_of_block(text), tool_id=tool_ids(text))
        else:
            yield from named(context_id=context_ids(text))
        digests = LtiSubject.objects.filter(pk__in=subject_ids(text)).values_list("subject_digest", flat=True)
        yield from named(user_id_digest=list(digests))

    @admin.display(description=_("message as received"))
    def message_as_received(self, delivery: LtiAgsDelivery) -> SafeString:
        """Show the body, without what the tool wrote to the learner."""
        return format_html('<pre style="white-space: pre-wrap">{}</pre>', shown_body(delivery.body))


def shown_body(body: str) -> str:
    """Return a message for the operator's eyes: laid out where it is a JSON object, its comment only counted."""
    members = read_members(body)
    if not members:
        return body[:_SHOWN_OF_BODY]
    if isinstance(members.get("comment"), str):
        length = len(members["comment"])
        members["comment"] = ngettext("(%d character)", "(%d characters)", length) % length
    return json.dumps(members, indent=2, ensure_ascii=False)[:_SHOWN_OF_BODY]


class EventKindChoice(LatestChoice):
    """What happened."""

    title = _("kind")
    parameter_name = "kind"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        """By the kind's code."""
        return {kind.value: (kind.value, Q(kind=kind.value)) for kind in EventKind}


@admin.register(LtiAgsEvent)
class LtiAgsEventAdmin(ReadingAdmin):
    """Look up."""

    list_display = ("id", "grade", "block", "kind", "actor", "summary", "happened_at")
    list_select_related = ("grade__configuration", "actor")
    list_filter = (EventKindChoice,)
    search_help_text = _(
        "The number of a grade, a learner's id as tools know it, a user name, a delivery id, a usage key, or a course "
        "key."
    )
    fields = ("id", "grade", "block", "kind", "actor", "summary", "happened_at")

    def ways(self, text: str) -> Iterator[Way]:
        """By grade, delivery, learner, block, or course."""
        number = number_in(text)
        if number is not None:
            yield Way("grade_id", [number])
        yield from named(grade_id=grade_ids(text))

    @admin.display(description=_("block"))
    def block(self, event: LtiAgsEvent) -> str:
        """The block's title, or its key where it has none."""
        return block_name(event.grade.configuration)

    @admin.display(description=_("details"))
    def summary(self, event: LtiAgsEvent) -> str:
        """The plain values of the entry, in a row."""
        return ", ".join(f"{name}: {value}" for name, value in event.details.items())
