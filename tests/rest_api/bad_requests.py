"""
Requests that a tool gets wrong, and what it is told: one table for all services.

Every row is refused and leaves everything as it was. In paths, queries and bodies, words in angle brackets stand for
what there is when the request is sent: see ``PLACES``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lti_ags.constants import MediaType
from tests.support.examples import example

#: A learner's sub, a live item of the tool, its block, the container; and what the tool must not or cannot reach.
PLACES: Final = (
    "<user>",
    "<item>",
    "<link>",
    "<context>",
    "<other tool's item>",
    "<other tool's context>",
    "<other tool's link>",
    "<deleted item>",
    "<platform's item>",
    "<declarative link>",
    "<stranger>",
)

EXTENSION: Final = "https://tool.example/ags/ext"
CONTAINER: Final = "/api/lti_ags/v1/contexts/<context>/line_items"
ITEM: Final = "/api/lti_ags/v1/line_items/<item>"
SCORES: Final = f"{ITEM}/scores"
RESULTS: Final = f"{ITEM}/results"
#: Where a body is read, by what, and with which type it is sent.
READERS: Final = {
    "create": ("POST", CONTAINER, MediaType.LINE_ITEM.value),
    "replace": ("PUT", ITEM, MediaType.LINE_ITEM.value),
    "score": ("POST", SCORES, MediaType.SCORE.value),
}


@dataclass(frozen=True)
class BadRequest:
    """A request, and the refusal: status, code, and the pointer or the parameter (``at``) if one thing is at fault."""

    name: str
    method: str
    url: str
    status: int
    code: str
    at: str | None = None
    body: bytes | None = None
    content_type: str = MediaType.JSON.value


GOOD: Final = b'"label": "Quiz", "scoreMaximum": 10'

NO_JSON: Final[dict[str, bytes]] = {
    "nothing": b"",
    "blanks": b" \n\t",
    "word": b"hello",
    "form": b"label=Quiz&scoreMaximum=10",
    "single quotes": b"{'label': 'Quiz'}",
    "unfinished": b"{" + GOOD,
    "comma at the end": b"{" + GOOD + b",}",
    "two objects": b"{" + GOOD + b"}{}",
    "comment": b"{" + GOOD + b" /* ten */}",
    "byte order mark": b"\xef\xbb\xbf{" + GOOD + b"}",
    "UTF-16": b"\xff\xfe" + ("{" + GOOD.decode() + "}").encode("utf-16-le"),
    "UTF-16 without mark": ("{" + GOOD.decode() + "}").encode("utf-16-le"),
    "UTF-32": ("{" + GOOD.decode() + "}").encode("utf-32"),
    "Latin-1": '{"label": "Größe", "scoreMaximum": 10}'.encode("latin-1"),
    "overlong UTF-8": b'{"label": "\xc0\xaf", "scoreMaximum": 10}',
    "surrogate in UTF-8": b'{"label": "\xed\xa0\x80", "scoreMaximum": 10}',
    "cut in a character": b'{"label": "\xc3',
    "raw control character": b'{"label": "a\x01b", "scoreMaximum": 10}',
    "raw NUL": b'{"label": "a\x00b", "scoreMaximum": 10}',
    "line break in a string": b'{"label": "a\nb", "scoreMaximum": 10}',
    "bad escape": b'{"label": "\\x41", "scoreMaximum": 10}',
    "short escape": b'{"label": "\\u12", "scoreMaximum": 10}',
    "NaN": b'{"label": "Quiz", "scoreMaximum": NaN}',
    "Infinity": b'{"label": "Quiz", "scoreMaximum": Infinity}',
    "minus Infinity": b'{"label": "Quiz", "scoreMaximum": -Infinity}',
    "1e400": b'{"label": "Quiz", "scoreMaximum": 1e400}',
    "-1e400": b'{"label": "Quiz", "scoreMaximum": -1e400}',
    "1e400 in an unknown member": b"{" + GOOD + b', "x": [1e400]}',
    "400 digits": b'{"label": "Quiz", "scoreMaximum": ' + b"9" * 400 + b"}",
    "400 negative digits": b'{"label": "Quiz", "scoreMaximum": -' + b"9" * 400 + b"}",
    "10,000 digits": b"{" + GOOD + b', "https://tool.example/x": ' + b"9" * 10_000 + b"}",
    "leading zero": b'{"label": "Quiz", "scoreMaximum": 010}',
    "plus sign": b'{"label": "Quiz", "scoreMaximum": +10}',
    "hexadecimal": b'{"label": "Quiz", "scoreMaximum": 0x10}',
    "member twice": b'{"label": "Quiz", "scoreMaximum": 10, "label": "Essay"}',
    "member twice, once escaped": b'{"label": "Quiz", "scoreMaximum": 10, "l\\u0061bel": "Essay"}',
    "unknown member twice": b"{" + GOOD + b', "x": {"y": 1, "y": 1}}',
    "21 objects deep": b"{" + GOOD + b', "x": ' + b'{"x": ' * 20 + b"1" + b"}" * 20 + b"}",
    "100,000 arrays deep": b"[" * 100_000,
    "100,000 arrays deep in a member": b"{" + GOOD + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "100,000 objects deep": b'{"x":' * 40_000,
}

NO_OBJECT: Final[dict[str, bytes]] = {
    "array": b"[{" + GOOD + b"}]",
    "empty array": b"[]",
    "string": b'"Quiz"',
    "number": b"10",
    "boolean": b"true",
    "null": b"null",
}

UNSTORABLE: Final[dict[str, tuple[bytes, str]]] = {
    "NUL": (b'"label": "a\\u0000b", "scoreMaximum": 10', "/label"),
    "high surrogate": (b'"label": "\\ud83d", "scoreMaximum": 10', "/label"),
    "low surrogate": (b'"label": "x\\ude00y", "scoreMaximum": 10', "/label"),
    "surrogates in the wrong order": (b'"label": "\\ude00\\ud83d", "scoreMaximum": 10', "/label"),
    "NUL in an extension": (
        GOOD + b', "https://tool.example/x": {"a/b": ["ok", "\\u0000"]}',
        "/https:~1~1tool.example~1x/a~1b/1",
    ),
    "NUL in a name": (GOOD + b', "https://tool.example/x": {"\\u0000": 1}', "/https:~1~1tool.example~1x"),
    "surrogate in an unknown member": (GOOD + b', "x~y": "\\uDBFF"', "/x~0y"),
}


def _without(name: str, kind: str) -> dict[str, Any]:
    return {key: value for key, value in _good(kind).items() if key != name}


def _good(kind: str, **changes: Any) -> dict[str, Any]:
    if kind == "score":
        return example("score", **{"userId": "<user>", **changes})
    return example("line_item", **changes)


def _submission(**members: Any) -> dict[str, Any]:
    return _good("score", submission=members)


LINE_ITEMS: Final = [
    ("no label", _without("label", "item"), "missing_member", "/label"),
    ("null label", _good("item", label=None), "invalid_member", "/label"),
    ("blank label", _good("item", label=" \t"), "invalid_member", "/label"),
    ("empty label", _good("item", label=""), "invalid_member", "/label"),
    ("number as label", _good("item", label=7), "invalid_member", "/label"),
    ("array as label", _good("item", label=["a"]), "invalid_member", "/label"),
    ("long label", _good("item", label="x" * 1001), "invalid_member", "/label"),
    ("no maximum", _without("scoreMaximum", "item"), "missing_member", "/scoreMaximum"),
    ("null maximum", _good("item", scoreMaximum=None), "invalid_member", "/scoreMaximum"),
    ("quoted maximum", _good("item", scoreMaximum="60"), "invalid_member", "/scoreMaximum"),
    ("true as maximum", _good("item", scoreMaximum=True), "invalid_member", "/scoreMaximum"),
    ("zero as maximum", _good("item", scoreMaximum=0), "invalid_member", "/scoreMaximum"),
    ("minus zero as maximum", _good("item", scoreMaximum=-0.0), "invalid_member", "/scoreMaximum"),
    ("negative maximum", _good("item", scoreMaximum=-5), "invalid_member", "/scoreMaximum"),
    ("array as maximum", _good("item", scoreMaximum=[60]), "invalid_member", "/scoreMaximum"),
    ("long resourceId", _good("item", resourceId="r" * 257), "invalid_member", "/resourceId"),
    ("number as resourceId", _good("item", resourceId=5), "invalid_member", "/resourceId"),
    ("long tag", _good("item", tag="t" * 257), "invalid_member", "/tag"),
    ("object as tag", _good("item", tag={}), "invalid_member", "/tag"),
    (
        "date without zone",
        _good("item", startDateTime="2026-03-01T09:30:00"),
        "invalid_member",
        "/startDateTime",
    ),
    ("date without time", _good("item", endDateTime="2026-03-01"), "invalid_member", "/endDateTime"),
    ("number as date", _good("item", endDateTime=1772357400), "invalid_member", "/endDateTime"),
    ("year without end", _good("item", endDateTime="9999-12-31T23:59:59Z"), "invalid_member", "/endDateTime"),
    ("word as gradesReleased", _good("item", gradesReleased="true"), "invalid_member", "/gradesReleased"),
    ("number as gradesReleased", _good("item", gradesReleased=1), "invalid_member", "/gradesReleased"),
    ("number as resourceLinkId", _good("item", resourceLinkId=9), "invalid_member", "/resourceLinkId"),
    ("long resourceLinkId", _good("item", resourceLinkId="b" * 256), "invalid_member", "/resourceLinkId"),
    ("large extension", _good("item", **{EXTENSION: "x" * 20_000}), "invalid_member", ""),
]

SCORE_MESSAGES: Final = [
    ("no userId", _without("userId", "score"), "missing_member", "/userId"),
    ("null userId", _good("score", userId=None), "invalid_member", "/userId"),
    ("number as userId", _good("score", userId=5323497), "invalid_member", "/userId"),
    ("empty userId", _good("score", userId=""), "invalid_member", "/userId"),
    ("blank userId", _good("score", userId="  "), "invalid_member", "/userId"),
    ("long userId", _good("score", userId="u" * 256), "invalid_member", "/userId"),
    ("no activityProgress", _without("activityProgress", "score"), "missing_member", "/activityProgress"),
    ("lower activityProgress", _good("score", activityProgress="completed"), "invalid_member", "/activityProgress"),
    ("null activityProgress", _good("score", activityProgress=None), "invalid_member", "/activityProgress"),
    ("array activityProgress", _good("score", activityProgress=["Started"]), "invalid_member", "/activityProgress"),
    ("no gradingProgress", _without("gradingProgress", "score"), "missing_member", "/gradingProgress"),
    ("camel gradingProgress", _good("score", gradingProgress="pendingManual"), "invalid_member", "/gradingProgress"),
    ("unknown gradingProgress", _good("score", gradingProgress="Graded"), "invalid_member", "/gradingProgress"),
    ("no timestamp", _without("timestamp", "score"), "missing_member", "/timestamp"),
    ("null timestamp", _good("score", timestamp=None), "invalid_member", "/timestamp"),
    ("number as timestamp", _good("score", timestamp=1772357400), "invalid_member", "/timestamp"),
    ("timestamp without zone", _good("score", timestamp="2026-03-01T09:30:00.123"), "invalid_member", "/timestamp"),
    ("timestamp with a blank", _good("score", timestamp="2026-03-01 09:30:00Z"), "invalid_member", "/timestamp"),
    ("timestamp of no day", _good("score", timestamp="2026-02-30T09:30:00Z"), "invalid_member", "/timestamp"),
    ("date as timestamp", _good("score", timestamp="2026-03-01"), "invalid_member", "/timestamp"),
    ("negative scoreGiven", _good("score", scoreGiven=-0.01), "invalid_member", "/scoreGiven"),
    ("quoted scoreGiven", _good("score", scoreGiven="83"), "invalid_member", "/scoreGiven"),
    ("true as scoreGiven", _good("score", scoreGiven=True), "invalid_member", "/scoreGiven"),
    ("object as scoreGiven", _good("score", scoreGiven={"points": 1}), "invalid_member", "/scoreGiven"),
    ("scoreGiven alone", _without("scoreMaximum", "score"), "missing_member", "/scoreMaximum"),
    ("null scoreMaximum", _good("score", scoreMaximum=None), "missing_member", "/scoreMaximum"),
    ("zero scoreMaximum", _good("score", scoreMaximum=0), "invalid_member", "/scoreMaximum"),
    ("negative scoreMaximum", _good("score", scoreMaximum=-100), "invalid_member", "/scoreMaximum"),
    ("quoted scoreMaximum", _good("score", scoreMaximum="100"), "invalid_member", "/scoreMaximum"),
    ("ratio without end", _good("score", scoreGiven=1e308, scoreMaximum=1e-10), "invalid_member", "/scoreMaximum"),
    ("number as comment", _good("score", comment=5), "invalid_member", "/comment"),
    ("long comment", _good("score", comment="x" * 10_001), "invalid_member", "/comment"),
    ("null scoringUserId", _good("score", scoringUserId=None), "invalid_member", "/scoringUserId"),
    ("empty scoringUserId", _good("score", scoringUserId=""), "invalid_member", "/scoringUserId"),
    ("number as scoringUserId", _good("score", scoringUserId=7), "invalid_member", "/scoringUserId"),
    ("long scoringUserId", _good("score", scoringUserId="t" * 256), "invalid_member", "/scoringUserId"),
    ("text as submission", _good("score", submission="late"), "invalid_member", "/submission"),
    ("array as submission", _good("score", submission=[]), "invalid_member", "/submission"),
    ("startedAt without zone", _submission(startedAt="2026-03-01T09:30:00"), "invalid_member", "/submission/startedAt"),
    ("empty submittedAt", _submission(submittedAt=""), "invalid_member", "/submission/submittedAt"),
    (
        "submitted before started",
        _submission(startedAt="2026-03-01T09:30:00Z", submittedAt="2026-03-01T10:29:59+01:00"),
        "invalid_member",
        "/submission/submittedAt",
    ),
]

OTHER_TYPES: Final = [
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/vnd.ims.lis.v2.lineitemcontainer+json",
    "application/vnd.ims.lis.v2.resultcontainer+json",
    "application/jsonx",
    "json",
]

BAD_LIMITS: Final = {
    "zero": "0",
    "two zeros": "00",
    "negative": "-1",
    "a word": "abc",
    "empty": "",
    "a fraction": "1.5",
    "an exponent": "1e3",
    "hexadecimal": "0x10",
    "with a blank": "+5",
    "Arabic digits": "%D9%A3",
    "with more": "5;drop",
    "NUL": "%00",
}
BAD_PAGES: Final = {"empty": "", "a number": "2", "no hex": "zz", "an odd number of digits": "abc", "unsigned": "7b7d"}

NO_LINE_ITEMS: Final = {
    "unknown": "999999",
    "zero": "0",
    "with a leading zero": "01",
    "negative": "-1",
    "an exponent": "1e3",
    "a word": "abc",
    "eighteen digits": "9" * 18,
    "forty digits": "9" * 40,
    "NUL": "%00",
    "a line break": "1%0A",
    "Arabic digits": "%D9%A1",
    "deleted": "<deleted item>",
    "another tool's": "<other tool's item>",
}
NO_CONTEXTS: Final = {
    "unknown": "00000000-0000-4000-8000-000000000000",
    "no UUID": "not-a-uuid",
    "a number": "1",
    "NUL": "%00",
    "another tool's": "<other tool's context>",
}


def as_json(body: Mapping[str, Any]) -> bytes:
    """Write a body as a tool does."""
    return json.dumps(body).encode()


def bad_requests() -> Iterator[BadRequest]:
    """Yield the whole table."""
    yield from _unreadable_bodies()
    yield from _malformed_members()
    yield from _wrong_types_and_sizes()
    yield from _bad_parameters()
    yield from _what_is_not_there()
    yield from _what_is_not_allowed()


def _unreadable_bodies() -> Iterator[BadRequest]:
    for reader, (method, url, content_type) in READERS.items():
        for name, body in NO_JSON.items():
            yield BadRequest(f"{reader}: {name}", method, url, 400, "malformed_json", None, body, content_type)
        for name, body in NO_OBJECT.items():
            yield BadRequest(f"{reader}: {name}", method, url, 400, "invalid_member", "", body, content_type)
        for name, (members, pointer) in UNSTORABLE.items():
            body = b"{" + members + b"}"
            yield BadRequest(f"{reader}: {name}", method, url, 400, "invalid_member", pointer, body, content_type)


def _malformed_members() -> Iterator[BadRequest]:
    tables = {"create": LINE_ITEMS, "replace": LINE_ITEMS, "score": SCORE_MESSAGES}
    for reader, table in tables.items():
        method, url, content_type = READERS[reader]
        for name, body, code, pointer in table:
            yield BadRequest(f"{reader}: {name}", method, url, 400, code, pointer, as_json(body), content_type)


def _wrong_types_and_sizes() -> Iterator[BadRequest]:
    kept = {MediaType.SCORE.value: "score", MediaType.LINE_ITEM.value: "item"}
    for reader, (method, url, content_type) in READERS.items():
        body = as_json(_good(reader))
        for wrong in OTHER_TYPES:
            name = f"{reader}: typed as {wrong or 'nothing'}"
            yield BadRequest(name, method, url, 415, "unsupported_media_type", None, body, wrong)
        if kept[content_type] == "item":
            name = f"{reader}: typed as a score"
            yield BadRequest(name, method, url, 415, "unsupported_media_type", None, body, MediaType.SCORE.value)
        huge = as_json({**_good(reader), "comment": "x" * 1_000_000})
        yield BadRequest(f"{reader}: a megabyte", method, url, 413, "request_too_large", None, huge, content_type)


def _bad_parameters() -> Iterator[BadRequest]:
    for kind, url in {"items": CONTAINER, "results": RESULTS}.items():
        for name, limit in BAD_LIMITS.items():
            yield BadRequest(f"{kind}: limit {name}", "GET", f"{url}?limit={limit}", 400, "invalid_parameter", "limit")
        for name, page in BAD_PAGES.items():
            yield BadRequest(f"{kind}: page {name}", "GET", f"{url}?page={page}", 400, "invalid_parameter", "page")
        filters = ["resource_link_id", "resource_id", "tag"] if kind == "items" else ["user_id"]
        for name in ["limit", "page", *filters]:
            twice = f"{url}?{name}=1&{name}=2"
            yield BadRequest(f"{kind}: {name} twice", "GET", twice, 400, "invalid_parameter", name)
        many = f"{url}?{'&'.join(['tag'] * 1500)}"
        yield BadRequest(f"{kind}: 1,500 parameters", "GET", many, 400, "invalid_parameter")


def _what_is_not_there() -> Iterator[BadRequest]:
    for name, number in NO_LINE_ITEMS.items():
        item = f"/api/lti_ags/v1/line_items/{number}"
        yield BadRequest(f"read an item: {name}", "GET", item, 404, "not_found")
        yield BadRequest(f"delete an item: {name}", "DELETE", item, 404, "not_found")
        yield BadRequest(f"results of an item: {name}", "GET", f"{item}/results", 404, "not_found")
        body = as_json(_good("item"))
        yield BadRequest(f"replace an item: {name}", "PUT", item, 404, "not_found", None, body)
        body = as_json(_good("score"))
        yield BadRequest(f"score on an item: {name}", "POST", f"{item}/scores", 404, "not_found", None, body)
    for name, uuid in NO_CONTEXTS.items():
        container = f"/api/lti_ags/v1/contexts/{uuid}/line_items"
        yield BadRequest(f"list a container: {name}", "GET", container, 404, "not_found")
        body = as_json(_good("item"))
        yield BadRequest(f"create in a container: {name}", "POST", container, 404, "not_found", None, body)


def _what_is_not_allowed() -> Iterator[BadRequest]:
    links = {"another tool's": "<other tool's link>", "unknown": "unknown", "with a blank": "<link> "}
    for name, link in links.items():
        body = as_json(_good("item", resourceLinkId=link))
        at = "/resourceLinkId"
        yield BadRequest(f"link: {name}", "POST", CONTAINER, 404, "resource_link_not_found", at, body)
    body = as_json(_good("item", resourceLinkId="<declarative link>"))
    yield BadRequest("link: declarative", "POST", CONTAINER, 403, "grading_mode_forbids", "/resourceLinkId", body)
    moved = {
        "another id": ({"id": "https://lms.example/7"}, "/id"),
        "another tool's id": ({"id": "http://127.0.0.1:8000/api/lti_ags/v1/line_items/<other tool's item>"}, "/id"),
        "another link": ({"resourceLinkId": "<declarative link>"}, "/resourceLinkId"),
        "the link in capitals": ({"resourceLinkId": "BLOCK"}, "/resourceLinkId"),
    }
    for name, (members, at) in moved.items():
        body = as_json(_good("item", **members))
        yield BadRequest(f"replace: {name}", "PUT", ITEM, 400, "immutable_member", at, body)
    platforms = "/api/lti_ags/v1/line_items/<platform's item>"
    body = as_json(_good("item"))
    yield BadRequest("replace the platform's item", "PUT", platforms, 403, "grading_mode_forbids", None, body)
    yield BadRequest("delete the platform's item", "DELETE", platforms, 403, "grading_mode_forbids")
    people = {
        "nobody": ("nobody", "unknown_user"),
        "who was never in the course": ("<stranger>", "not_in_course"),
        "with a blank": ("<user> ", "unknown_user"),
        "beyond the first plane": ("\U0001f600" * 200, "unknown_user"),
    }
    for name, (user_id, code) in people.items():
        body = as_json(_good("score", userId=user_id))
        yield BadRequest(f"score of somebody {name}", "POST", SCORES, 403, code, "/userId", body)
    body = as_json(_good("score", timestamp="9998-12-31T23:59:59Z"))
    yield BadRequest("score from the future", "POST", SCORES, 400, "future_timestamp", "/timestamp", body)
    body = as_json(_good("score", timestamp="2026-02-28T09:30:00Z"))
    yield BadRequest("score that is older", "POST", SCORES, 409, "stale_score", "/timestamp", body)
    body = as_json(_good("score", timestamp="2026-03-01T09:30:00.123Z", scoreGiven=1))
    yield BadRequest("score with a used timestamp", "POST", SCORES, 409, "conflicting_score", "/timestamp", body)
    for method, url in {"PATCH": ITEM, "POST": ITEM, "PUT": CONTAINER, "DELETE": RESULTS, "GET": SCORES}.items():
        kind = url.rpartition("/")[2]
        yield BadRequest(f"{method} on {kind}", method, url, 405, "method_not_allowed", None, body)
