"""
Posts scores as a tool does and publishes what becomes of them, at the times of a term that is over.

A message is parsed, checked, recorded and published by the same functions that a request goes through. Only the request
is left out, since every request is of today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from opaque_keys.edx.keys import UsageKey

from lti_ags import edx_platform
from lti_ags.constants import Scope
from lti_ags.data import Caller, LineItemData, LineItemRecord
from lti_ags.exceptions import LtiAgsError
from lti_ags.models import LtiConfiguration, LtiTool
from lti_ags.rest_api.errors import status_of
from lti_ags.rest_api.parsing import parse_object
from lti_ags.rest_api.score_members import read_score
from lti_ags.services.configurations import context_for, find_configuration, follow_block
from lti_ags.services.deliveries import record_refusal
from lti_ags.services.line_items import create_line_item, find_context, find_line_item
from lti_ags.services.publishing import publish_grade
from lti_ags.services.scores import record_score
from lti_ags.services.subjects import remember_subject
from sandbox.large.course import COURSE_KEY, Work

_PUBLISHED_AFTER: Final = timedelta(seconds=2)


@dataclass(frozen=True)
class Message:
    """
    A score message, to be sent ``at`` a time.

    ``part``: the number of the line item in the work. ``members``: those of the message, besides who and when.
    ``is_published``: whether the platform gets round to it.
    """

    at: datetime
    work: Work
    user: Any
    members: Mapping[str, Any]
    part: int = 0
    is_published: bool = True


@dataclass
class Tools:
    """The tools at work in the course, and what they have made there. ``tools``: by client id."""

    tools: Mapping[str, LtiTool]
    _items: dict[tuple[str, int], LineItemRecord] = field(default_factory=dict)
    _subjects: dict[tuple[int, int], str] = field(default_factory=dict)

    def prepare(self, work: Work, *, at: datetime) -> None:
        """Bring the block's configuration up to date, and have its line items made."""
        configuration = follow_block(edx_platform.block_choices(work.location), now=at)
        if configuration is None or configuration.tool_id is None:
            raise RuntimeError(f"the block {work.location} was not followed")
        if not work.parts:
            self._items[work.name, 0] = self._found(work, configuration.platform_item.pk)
        for number, (label, points) in enumerate(work.parts):
            made = self.make_item(work, label, points, link=work.location, at=at)
            self._items[work.name, number] = made

    def make_item(
        self, work: Work, label: str, points: float, *, link: UsageKey | None, at: datetime
    ) -> LineItemRecord:
        """Make a line item; without a link it stands by itself."""
        tool = self.tools[work.tool.client_id]
        row = context_for(tool.pk, course_key=COURSE_KEY)
        context = find_context(str(row.uuid), caller=self.caller(work))
        data = LineItemData(
            label=label, score_maximum=points, resource_link_id=None if link is None else str(link), tag=work.name
        )
        return create_line_item(data, context=context, now=at)

    def caller(self, work: Work) -> Caller:
        """Return the work's tool as it calls."""
        tool = self.tools[work.tool.client_id]
        return Caller(tool_id=tool.pk, client_id=tool.client_id, scopes=frozenset(Scope))

    def item(self, work: Work, part: int = 0) -> LineItemRecord:
        """Return a line item of a work."""
        return self._items[work.name, part]

    def subject(self, work: Work, user: Any, *, is_staff_trial: bool = False) -> str:
        """Return the user as the work's tool knows them, from a launch that was."""
        tool = self.tools[work.tool.client_id]
        known = self._subjects.get((tool.pk, user.pk))
        if known is None:
            row = remember_subject(
                context=context_for(tool.pk, course_key=COURSE_KEY),
                user_id=user.pk,
                subject=str(edx_platform.subject_of_user(user.pk)),
                is_staff_trial=is_staff_trial,
            )
            known = self._subjects[tool.pk, user.pk] = row.subject
        return known

    def send(self, message: Message) -> None:
        """Post a score that the platform takes, and let it be published."""
        work, user = message.work, message.user
        self.post(work, {"userId": self.subject(work, user), **message.members}, at=message.at, part=message.part)
        if message.is_published:
            self.publish(work, user, at=message.at + _PUBLISHED_AFTER)

    def post(self, work: Work, members: Mapping[str, Any], *, at: datetime, part: int = 0) -> None:
        """Post a score to a line item of a work; a refusal is recorded, as for a request."""
        self.post_to(self.item(work, part), work, members, at=at)

    def post_to(self, item: LineItemRecord, work: Work, members: Mapping[str, Any], *, at: datetime) -> None:
        """Post a score to a line item; a refusal is recorded, as for a request."""
        members = {"timestamp": instant(at), **members}
        body = json.dumps(members)
        try:
            record_score(read_score(parse_object(body.encode())), line_item=item, body=body, now=at)
        except LtiAgsError as error:
            record_refusal(
                error,
                status=status_of(error),
                caller=self.caller(work),
                line_item=item,
                body=body,
                user_id=str(members.get("userId", "")),
                now=at,
            )

    def publish(self, work: Work, user: Any, *, at: datetime) -> None:
        """Let the learner's grade be published, as of ``at``."""
        configuration = configuration_of(work)
        subject = configuration.grades.filter(subject__user=user).values_list("subject_id", flat=True).first()
        if subject is not None:
            publish_grade(configuration_id=configuration.pk, subject_id=subject, clock=lambda: at)

    def _found(self, work: Work, item_id: int) -> LineItemRecord:
        return find_line_item(item_id, caller=self.caller(work))


def configuration_of(work: Work) -> LtiConfiguration:
    """Return the configuration of a work's block."""
    found = find_configuration(work.location)
    if found is None:
        raise RuntimeError(f"the block {work.location} has no configuration")
    return found


def instant(at: datetime) -> str:
    """Return a time as AGS wants it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
