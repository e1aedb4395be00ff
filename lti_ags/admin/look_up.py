"""
What an operator may type into a search box, and which rows it means.

A table may have millions of rows, so a search is a look-up by an index or none at all: whole ids and keys, no parts of
them. Words are compared only in the small table of tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags.models import LtiAgsDelivery, LtiConfiguration, LtiContext, LtiSubject, LtiTool
from lti_ags.models.fields import digest_of

_LINE_ITEM: Final = re.compile(r"(?:.*/line_items/)?(?P<number>\d{1,18})(?:/.*)?")


def number_in(text: str) -> int | None:
    """Return the number of a row; a line item's whole URL will do."""
    found = _LINE_ITEM.fullmatch(text)
    return None if found is None else int(found["number"])


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


def block_ids(text: str) -> list[int]:
    """Return the configuration of the block with this usage key."""
    try:
        location = UsageKey.from_string(text)
    except InvalidKeyError:
        return []
    return list(LtiConfiguration.objects.filter(identity_digest=digest_of(location)).values_list("pk", flat=True))


def configuration_ids(text: str) -> list[int]:
    """Return the configurations that a usage key or a course key names."""
    course = course_in(text)
    if course is None:
        return block_ids(text)
    return list(LtiConfiguration.objects.filter(course_key_digest=course).values_list("pk", flat=True))


def tool_ids(text: str) -> list[int]:
    """Return the tools that have this id, or these words in their names."""
    chosen = Q(name__icontains=text) | Q(client_id=text) | Q(deployment_id=text)
    uuid = uuid_in(text)
    if uuid is not None:
        chosen |= Q(uuid=uuid)
    return list(LtiTool.objects.filter(chosen).values_list("pk", flat=True))


def context_ids(text: str) -> list[int]:
    """Return the contexts of a course key, or of a tool."""
    course = course_in(text)
    chosen = Q(tool_id__in=tool_ids(text)) if course is None else Q(course_key_digest=course)
    return list(LtiContext.objects.filter(chosen).values_list("pk", flat=True))


def subject_ids(text: str) -> list[int]:
    """Return the learner's subjects: by the id that tools know, or by user name."""
    # Named one by one, since subjects are indexed within their contexts.
    contexts = list(LtiContext.objects.values_list("pk", flat=True))
    known = LtiSubject.objects.filter(context_id__in=contexts, subject_digest=digest_of(text))
    found = list(known.values_list("pk", flat=True))
    if found:
        return found
    users = list(get_user_model().objects.filter(username=text).values_list("pk", flat=True))
    return list(LtiSubject.objects.filter(user_id__in=users).values_list("pk", flat=True))


def delivery_of(text: str) -> LtiAgsDelivery | None:
    """Return the delivery with this id, with its line item."""
    uuid = uuid_in(text)
    if uuid is None:
        return None
    return LtiAgsDelivery.objects.filter(uuid=uuid).select_related("line_item").first()


def named(**conditions: Sequence[int | str]) -> Iterator[Q]:
    """Yield a condition for each column that has something to be compared with."""
    for column, keys in conditions.items():
        if keys:
            yield Q(**{f"{column}__in": keys})
