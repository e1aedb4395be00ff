"""
The certification of a platform, step by step and in its order, over HTTP against the served sandbox.

Spec: LTI Advantage Certification Guide 5.1 (core launches) and 5.4 (grade services).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.browser import Browser
from sandbox.demo.gradebook import read_gradebook
from tests.conformance.scene import LEARNER, TEACHER
from tests.conformance.served import ServedLms
from tests.conformance.wire import SCOPE, WireTool

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
PERSONAL = {"name", "given_name", "family_name", "email"}
ALL_SCOPES = {SCOPE + name for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")}

BrowserOf = Callable[[str], Browser]


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for member in value.values():
            yield from texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)
    elif isinstance(value, str):
        yield value


def assert_complete(claims: dict[str, Any], *, tool: WireTool, role: str) -> None:
    """What every core message must be."""
    now = time.time()
    assert isinstance(claims["iat"], int)
    assert isinstance(claims["exp"], int)
    assert now - 60 < claims["iat"] <= now < claims["exp"]
    assert claims["aud"] == tool.sheet["client_id"]
    assert claims[f"{CLAIM}message_type"] == "LtiResourceLinkRequest"
    assert claims[f"{CLAIM}version"] == "1.3.0"
    assert claims[f"{CLAIM}deployment_id"] == tool.sheet["deployment_id"]
    assert claims[f"{CLAIM}target_link_uri"] == "https://tool.example/launch"
    assert claims[f"{CLAIM}resource_link"]["id"]
    assert claims[f"{CLAIM}context"]["id"]
    assert MEMBERSHIP + role in claims[f"{CLAIM}roles"]
    assert [text for text in texts(claims) if text != text.strip()] == []


def assert_endpoint(claims: dict[str, Any]) -> dict[str, Any]:
    """What the AGS claim of these launches must be: no line item yet, so none is named."""
    endpoint: dict[str, Any] = claims[ENDPOINT]
    assert set(endpoint["scope"]) == ALL_SCOPES
    assert endpoint["lineitems"].startswith("http")
    assert "lineitem" not in endpoint
    return endpoint


@pytest.mark.conformance(
    "L-03", "L-11", "L-12", "L-13", "L-14", "L-15", "L-16", "L-17", "C-01", "C-02", "C-03", "C-06", "C-08", "C-09",
    "T-12", "T-13", "T-15", "T-16", "LI-11", "LI-20", "LI-21", "S-01", "S-18", "RS-01", "RS-02", "RS-06", "N-01",
)  # fmt: skip
def test_certification_sequence(lms: ServedLms, wire_tool: WireTool, browser_of: BrowserOf) -> None:
    four_core_launches(wire_tool, browser_of)
    grade_services(lms, wire_tool, browser_of)


def four_core_launches(wire_tool: WireTool, browser_of: BrowserOf) -> None:
    """Learner and teacher, with and without personal data."""
    links = wire_tool.sheet["links"]["A"]
    payloads: dict[tuple[str, str], dict[str, Any]] = {}

    for username, _name in (LEARNER, TEACHER):
        for kind in ("full", "plain"):
            message = wire_tool.launch(browser_of(username), links[kind])
            payloads[username, kind] = wire_tool.checked(message)
            assert message.login["iss"] == payloads[username, kind]["iss"] == wire_tool.sheet["issuer"]

    for (username, kind), claims in payloads.items():
        assert_complete(claims, tool=wire_tool, role="Learner" if username == LEARNER[0] else "Instructor")
        assert_endpoint(claims)
        if kind == "plain":
            assert not PERSONAL & claims.keys()
    assert payloads[LEARNER[0], "full"]["name"] == LEARNER[1]
    assert payloads[TEACHER[0], "full"]["name"] == TEACHER[1]
    assert payloads[LEARNER[0], "full"]["email"] == "leonie@example.com"
    subjects = {
        username: {claims["sub"] for (who, _), claims in payloads.items() if who == username}
        for username in (LEARNER[0], TEACHER[0])
    }
    assert [len(found) for found in subjects.values()] == [1, 1]
    assert subjects[LEARNER[0]] != subjects[TEACHER[0]]


def grade_services(lms: ServedLms, wire_tool: WireTool, browser_of: BrowserOf) -> None:
    """Two contexts, three items, and three tokens with one scope each."""
    links = wire_tool.sheet["links"]
    learner = browser_of(LEARNER[0])

    # The first payload: a learner in the first context.
    first = wire_tool.checked(wire_tool.launch(learner, links["A"]["plain"]))
    assert_complete(first, tool=wire_tool, role="Learner")
    in_first = assert_endpoint(first)
    items = wire_tool.token("lineitem")
    assert items["scope"] == SCOPE + "lineitem"
    item_1 = created(wire_tool, items, in_first["lineitems"], label="Item 1", link=first)
    read = wire_tool.call("GET", item_1["id"], items)
    assert (read.status_code, read.json()) == (200, item_1)
    item_2 = created(wire_tool, items, in_first["lineitems"], label="Item 2", link=None)
    assert item_2["id"] != item_1["id"]

    # The second payload: the learner in another context, where the token of the first is as good.
    second = wire_tool.checked(wire_tool.launch(learner, links["B"]["plain"]))
    assert_complete(second, tool=wire_tool, role="Learner")
    in_second = assert_endpoint(second)
    assert in_second["lineitems"] != in_first["lineitems"]
    assert second[f"{CLAIM}context"]["id"] != first[f"{CLAIM}context"]["id"]
    item_3 = created(wire_tool, items, in_second["lineitems"], label="Item 3", link=second)

    scores = wire_tool.token("score")
    assert scores["scope"] == SCOPE + "score"
    scored(wire_tool, scores, item_3, user_id=second["sub"], points=7)
    scored(wire_tool, scores, item_1, user_id=first["sub"], points=9.5)

    results = wire_tool.token("result.readonly")
    assert results["scope"] == SCOPE + "result.readonly"
    assert result_of(wire_tool, results, item_3, user_id=second["sub"]) == (7, 10)
    assert result_of(wire_tool, results, item_1, user_id=first["sub"]) == (9.5, 10)

    # The look into the gradebook, which the guide has a person take.
    assert in_gradebook(lms, browser_of, second) == "7 / 10"
    assert in_gradebook(lms, browser_of, first) == "9.5 / 10"


def created(tool: WireTool, token: Any, line_items: str, *, label: str, link: dict[str, Any] | None) -> dict[str, Any]:
    """Create a line item of 10 points, linked to the launched resource link if it is given."""
    members = {"label": label, "scoreMaximum": 10, "resourceId": f"resource {label}", "tag": "certification"}
    if link is not None:
        members["resourceLinkId"] = link[f"{CLAIM}resource_link"]["id"]
    answer = tool.call("POST", line_items, token, body=members, kind="v2.lineitem")
    assert answer.status_code == 201, answer.text
    assert answer.headers["Content-Type"] == "application/vnd.ims.lis.v2.lineitem+json"
    item: dict[str, Any] = answer.json()
    assert {name: item[name] for name in members} == members
    return item


def scored(tool: WireTool, token: Any, item: dict[str, Any], *, user_id: str, points: float) -> None:
    score = {
        "userId": user_id,
        "scoreGiven": points,
        "scoreMaximum": 10,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    answer = tool.call("POST", f"{item['id']}/scores", token, body=score, kind="v1.score")
    assert answer.status_code == 200, answer.text


def result_of(tool: WireTool, token: Any, item: dict[str, Any], *, user_id: str) -> tuple[float, float]:
    answer = tool.call("GET", f"{item['id']}/results", token)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/vnd.ims.lis.v2.resultcontainer+json"
    [result] = answer.json()
    assert (result["userId"], result["scoreOf"]) == (user_id, item["id"])
    return result["resultScore"], result["resultMaximum"]


def in_gradebook(lms: ServedLms, browser_of: BrowserOf, claims: dict[str, Any]) -> str:
    """What the teacher sees of the learner's work behind the launched link."""
    url = f"{lms.url}/courses/{claims[f'{CLAIM}context']['id']}/gradebook"
    return read_gradebook(browser_of(TEACHER[0]), url).of(LEARNER[1], claims[f"{CLAIM}resource_link"]["title"])
