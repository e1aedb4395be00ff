"""
From a request's body to one JSON object.

Stricter than Python's parser, as what cannot be stored or could be understood in two ways must not be guessed at: no
duplicate members, no numbers that a double cannot hold, no text that a database refuses, no byte order mark.

Spec: RFC 8259.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, RawPostDataException, UnreadablePostError
from rest_framework.request import Request

from lti_ags.conf import app_settings
from lti_ags.constants import ErrorCode, MediaType
from lti_ags.exceptions import MalformedRequest, RequestTooLarge, UnsupportedMediaType
from lti_ags.rest_api.members import JsonObject, kind_of, pointer_to

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
#: Brackets, and the strings in which brackets mean nothing.
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
#: Any integer with no more digits is less than the largest double.
_DIGITS_OF_DOUBLE: Final = 308


def require_media_type(request: Request, *, accepted: Collection[MediaType]) -> None:
    """
    Refuse a body that is typed as something else; parameters and letter case do not matter (G-04, LI-17, S-28).

    Raises:
        UnsupportedMediaType: names what would do. A missing type is no better than a wrong one.
    """
    stated = request.META.get("CONTENT_TYPE") or ""
    if stated.partition(";")[0].strip().lower() not in accepted:
        expected = " or ".join(media_type.value for media_type in accepted)
        came = f"{stated[:80]!r}" if stated else "none"
        raise UnsupportedMediaType(f"Content-Type must be {expected}; got {came}.")


def read_body(request: HttpRequest | Request) -> bytes:
    """
    Read the body, but never more than ``LTI_AGS_MAX_BODY_BYTES``.

    Raises:
        RequestTooLarge: it is, or it says so.
        MalformedRequest: the connection broke, or the length is no number.
    """
    limit = app_settings.integer("LTI_AGS_MAX_BODY_BYTES")
    too_large = RequestTooLarge(f"The body must not be larger than {limit} bytes.", details={"limit": limit})
    stated = request.META.get("CONTENT_LENGTH") or "0"
    if not re.fullmatch("[0-9]{1,18}", stated):
        raise _malformed("Content-Length must be a number.")
    if int(stated) > limit:
        raise too_large
    try:
        body: bytes = request.body
    except RequestDataTooBig as error:
        raise too_large from error
    except (UnreadablePostError, RawPostDataException) as error:
        # The latter when it is asked for again, for the record of the refusal.
        raise _malformed("The body ended early.") from error
    if len(body) > limit:
        raise too_large
    return body


def parse_object(body: bytes) -> JsonObject:
    """
    Return the object that the body is.

    Raises:
        MalformedRequest: it is no JSON, no object, or holds what cannot be taken as it is.
    """
    text = _decode(body)
    _require_depth(text)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _malformed(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    if not isinstance(value, dict):
        raise MalformedRequest(f"The body must be a JSON object; got {kind_of(value)}.", pointer="")
    # Outside of an escape, JSON cannot spell any of them.
    if "\\u" in text:
        _require_storable(value)
    return JsonObject(value)


def _decode(body: bytes) -> str:
    """Return the body as text: UTF-8, whatever a charset parameter says, and without a byte order mark."""
    if body.startswith(_BYTE_ORDER_MARK):
        raise _malformed("The body must not begin with a byte order mark.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"The body must be UTF-8; byte {error.start} is not.") from error


def _require_depth(text: str) -> None:
    """Refuse deep nesting before anything recursive sees it."""
    limit = app_settings.integer("LTI_AGS_MAX_JSON_DEPTH")
    if text.count("[") + text.count("{") <= limit:
        return
    depth = 0
    for match in _BRACKETS.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > limit:
                raise _malformed(f"The body must not be nested more than {limit} levels deep.")
        elif match[0] in "]}":
            depth -= 1


def _require_storable(value: Any) -> None:
    """Refuse NUL and halves of surrogate pairs, which no database can keep, wherever they are."""
    for pointer, text in _texts(value, ""):
        if _UNSTORABLE.search(text):
            raise MalformedRequest(
                "A string must not hold NUL or half of a surrogate pair.",
                code=ErrorCode.INVALID_MEMBER,
                pointer=pointer,
            )


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield every string with the pointer to it; a member's name with the pointer to what holds the member."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield pointer, name
            yield from _texts(member, pointer_to(name, parent=pointer))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _texts(element, f"{pointer}/{index}")


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """
    Build an object whose members have different names: parsers disagree about which of two counts.

    Raises:
        MalformedRequest: two have the same name.
    """
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise _malformed(f"The member {name[:80]!r} is there twice.")
        members[name] = value
    return members


def _integer(text: str) -> int:
    if len(text) > _DIGITS_OF_DOUBLE and math.isinf(float(text)):
        raise _malformed("A number is larger than a double can hold.")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _malformed("A number is larger than a double can hold.")
    return number


def _constant(text: str) -> None:
    raise _malformed(f"{text} is not JSON.")


def _malformed(message: str) -> MalformedRequest:
    return MalformedRequest(message, code=ErrorCode.MALFORMED_JSON)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=object_of, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
