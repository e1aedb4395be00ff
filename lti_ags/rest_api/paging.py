"""
Pages of lists, and the link to the next one.

A common client lower-cases the whole ``Link`` header before it takes the URL out, so the link carries filters, limit
and position in one parameter of lower-case hex (LI-10). It is signed: a damaged one must lead to an error and not in
circles, and one list's position means nothing in another.

Spec: AGS 2.0 sections 3.2.4 and 3.3.6; RFC 8288; conformance items LI-03 to LI-10.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from lti_ags.conf import app_settings
from lti_ags.constants import ErrorCode
from lti_ags.exceptions import MalformedRequest

PAGE: Final = "page"
LIMIT: Final = "limit"

_POSITIVE: Final = re.compile("0*([1-9][0-9]*)")
_HEX: Final = re.compile("(?:[0-9a-f]{2})+")
#: More digits than any limit has.
_MANY_DIGITS: Final = 9
_SIGNATURE_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list is asked for. ``filters`` holds only those that were sent, be they empty."""

    limit: int
    after: int | None
    filters: Mapping[str, str]


def read_page_request(query: QueryDict, *, resource: str, filters: Sequence[str], page_size: int) -> PageRequest:
    """
    Read the query of a list.

    Arguments:
        resource: what is listed; a link to another list's page is refused.
        filters: the names of the parameters that filter. Others are ignored.
        page_size: for a request without ``limit``.

    Raises:
        MalformedRequest: ``limit`` is no positive integer, ``page`` is not one of our own, or either or a filter is
            there twice.
    """
    page = _single(query, PAGE)
    if page is not None:
        # The link is used as it is: what somebody added to it does not change it.
        return _read_link(page, resource)
    sent = {name: _single(query, name) for name in filters}
    return PageRequest(
        limit=_read_limit(_single(query, LIMIT), page_size),
        after=None,
        filters={name: value for name, value in sent.items() if value is not None},
    )


def next_link(request: PageRequest, *, after: int, url: str, resource: str) -> str:
    """Return the ``Link`` header for the page after the one that ended at ``after``."""
    content = json.dumps(
        {"after": after, "limit": request.limit, "filters": dict(request.filters)},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    key = app_settings.secret_keys("LTI_AGS_TOKEN_KEYS")[0]
    return f'<{url}?{PAGE}={(_signature(key, resource, content) + content).hex()}>; rel="next"'


def _read_link(text: str, resource: str) -> PageRequest:
    if _HEX.fullmatch(text):
        data = bytes.fromhex(text)
        signature, content = data[:_SIGNATURE_BYTES], data[_SIGNATURE_BYTES:]
        for key in app_settings.secret_keys("LTI_AGS_TOKEN_KEYS"):
            if hmac.compare_digest(signature, _signature(key, resource, content)):
                values: dict[str, Any] = json.loads(content)
                return PageRequest(**values)
    raise MalformedRequest(
        "page must be taken unchanged from the Link header of the page before, and belongs to that list only.",
        code=ErrorCode.INVALID_PARAMETER,
        field=PAGE,
    )


def _signature(key: bytes, resource: str, content: bytes) -> bytes:
    return hmac.digest(key, b"lti-ags-page\0" + resource.encode() + b"\0" + content, "sha256")[:_SIGNATURE_BYTES]


def _read_limit(text: str | None, page_size: int) -> int:
    """Return the limit, at most ``LTI_AGS_MAX_PAGE_SIZE`` (LI-08)."""
    most = app_settings.integer("LTI_AGS_MAX_PAGE_SIZE")
    if text is None:
        return min(page_size, most)
    match = _POSITIVE.fullmatch(text)
    if match is None:
        raise MalformedRequest(
            f"limit must be a positive integer; got {text[:80]!r}.", code=ErrorCode.INVALID_PARAMETER, field=LIMIT
        )
    return most if len(match[1]) > _MANY_DIGITS else min(int(match[1]), most)


def _single(query: QueryDict, name: str) -> str | None:
    """Return a parameter's value, or None where it was not sent."""
    values = query.getlist(name)
    if len(values) > 1:
        raise MalformedRequest(f"{name} must be there once.", code=ErrorCode.INVALID_PARAMETER, field=name)
    return values[0] if values else None
