"""
What an operator may type into a search box, and which rows it means.

A table may have millions of rows, so a search is a look-up by an index or none at all: whole ids and keys, no parts of
them, and never a join, which would have to sort whatever it brings. Words are compared only in the small table of
tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags.models import (
    LtiAgsGrade,
    LtiAgsLineItem,
    LtiAgsScore,
    LtiConfiguration,
    LtiContext,
    LtiSubject,
    LtiTool,
)
from lti_ags.models.fields import digest_of
from lti_ags.services.staff_timelines import find_delivery, grade_of_delivery

_NUMBER: Final = re.compile(r"\d{1,18}", re.ASCII)
_LINE_ITEM_URL: Final = re.compile(r".*/line_items/(?P<number>\d{1,18})(?:/.*)?", re.ASCII)
#: Where a block or a course has more line items or grades than this, the latest ones are looked at.
_MOST_KEYS: Final = 1_000


@dataclass(frozen=True)
class Way:
    """
    A meaning of what was typed: the rows whose ``column``, which has an index, holds one of ``values``.

    ``has_index``: False for a column without one, of which only the latest rows are looked at.
    """

    column: str
    values: Sequence[Any]
    has_index: bool = True


def number_in(text: str) -> int | None:
    """Return ``text`` as the number of a row, or None."""
    return int(text) if _NUMBER.fullmatch(text) else None


def line_item_in(text: str) -> int | None:
    """Return the number of a line item, by itself or in the line item's URL, or None."""
    found = _LINE_ITEM_URL.fullmatch(text)
    return number_in(text) if found is None else int(found["number"])


def uuid_in(text: str) -> UUID | None:
    """Return ``text`` as a UUID, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def course_in(text: str) -> str | None:
    """Return the digest of a course key, or None if ``text`` is none."""
    try:
        return digest_of(CourseKey.from_string(text))
    except InvalidKeyError:
        return None


def configuration_ids(text: str) -> list[int]:
    """Return the configuration of the block with this usage key, or those of a course."""
    course = course_in(text)
    if course is not None:
        return _keys(LtiConfiguration.objects.filter(course_key_digest=course))
    try:
        location = UsageKey.from_string(text)
    except InvalidKeyError:
        return []
    return _keys(LtiConfiguration.objects.filter(identity_digest=digest_of(location)))


def tool_ids(text: str) -> list[int]:
    """Return the tools that have this id, or these words in their names."""
    chosen = Q(name__icontains=text) | Q(client_id=text) | Q(deployment_id=text)
    uuid = uuid_in(text)
    if uuid is not None:
        chosen |= Q(uuid=uuid)
    return _keys(LtiTool.objects.filter(chosen))


def context_ids(text: str) -> list[int]:
    """Return the contexts of a course key, or of a tool."""
    course = course_in(text)
    chosen = Q(tool_id__in=tool_ids(text)) if course is None else Q(course_key_digest=course)
    return _keys(LtiContext.objects.filter(chosen))


def configurations_of_tool(text: str) -> list[int]:
    """Return the blocks that launch a tool."""
    return _keys(LtiConfiguration.objects.filter(tool_id__in=tool_ids(text)))


def line_items_of_block(text: str) -> list[int]:
    """Return the line items that are linked to the block with this usage key."""
    return _keys(LtiAgsLineItem.objects.filter(lti_configuration_id__in=configuration_ids(text)))


def line_item_ids(text: str) -> list[int]:
    """Return the line items of a block, of a course, or of a tool."""
    found = [] if course_in(text) is not None else line_items_of_block(text)
    return found or _keys(LtiAgsLineItem.objects.filter(context_id__in=context_ids(text)))


def grade_ids(text: str) -> list[int]:
    """Return the grades of a block or a course, of a learner, or of the score in a delivery."""
    delivered = grade_ids_of_delivery(text)
    if delivered:
        return delivered
    blocks = configuration_ids(text)
    chosen = Q(configuration_id__in=blocks) if blocks else Q(subject_id__in=subject_ids(text))
    return _keys(LtiAgsGrade.objects.filter(chosen))


def subject_ids(text: str) -> list[int]:
    """Return the learner's subjects: by the id that tools know, or by user name."""
    # Named one by one, since subjects are indexed within their contexts.
    contexts = list(LtiContext.objects.values_list("pk", flat=True))
    found = _keys(LtiSubject.objects.filter(context_id__in=contexts, subject_digest=digest_of(text)))
    if found:
        return found
    users = list(get_user_model().objects.filter(username=text).values_list("pk", flat=True))
    return _keys(LtiSubject.objects.filter(user_id__in=users))


def score_ids_of_delivery(text: str) -> list[int]:
    """Return the score on record of the learner and the line item that a delivery was about."""
    delivery = find_delivery(text)
    if delivery is None:
        return []
    subjects = LtiSubject.objects.filter(context_id=delivery.context_id, subject_digest=delivery.user_id_digest)
    scores = LtiAgsScore.objects.filter(line_item_id=delivery.line_item_id, subject_id__in=_keys(subjects))
    return _keys(scores)


def grade_ids_of_delivery(text: str) -> list[int]:
    """Return the grade of the learner and the block that a delivery was about."""
    delivery = find_delivery(text)
    grade = None if delivery is None else grade_of_delivery(delivery)
    return [] if grade is None else [grade.pk]


def named(**columns: Sequence[Any]) -> Iterator[Way]:
    """Yield a way for each column that has something to be compared with."""
    for column, values in columns.items():
        if values:
            yield Way(column, values)


def _keys(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:_MOST_KEYS])
