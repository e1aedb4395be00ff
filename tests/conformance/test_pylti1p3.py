"""PyLTI1p3 as it is, in a process of its own, against the served platform: every public call of its grade service."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.browser import Browser
from sandbox.processes import REPOSITORY
from tests.conformance.scene import LEARNER
from tests.conformance.served import ServedLms
from tests.conformance.wire import WireTool

ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
RESOURCE_LINK = "https://purl.imsglobal.org/spec/lti/claim/resource_link"

Client = Callable[..., dict[str, Any]]


@pytest.fixture
def client_of(wire_tool: WireTool, browser_of: Callable[[str], Browser]) -> Client:
    """Launch a link as the learner, and let the library work with what the launch brought."""

    def run(job: str, *, link: str, **further: Any) -> dict[str, Any]:
        claims = wire_tool.checked(wire_tool.launch(browser_of(LEARNER[0]), wire_tool.sheet["links"]["A"][link]))
        asked = {
            "job": job,
            "sheet": wire_tool.sheet,
            "private": wire_tool.keys.private,
            "public": wire_tool.keys.public,
            "endpoint": claims[ENDPOINT],
            "user_id": claims["sub"],
            "resource_link_id": claims[RESOURCE_LINK]["id"],
            **further,
        }
        done = subprocess.run(
            [sys.executable, "tests/conformance/clients/pylti1p3_calls.py"],
            cwd=REPOSITORY,
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return {**json.loads(done.stdout), "asked": asked}

    return run


@pytest.mark.conformance("C-06", "LI-02", "LI-04", "LI-11", "LI-21", "N-01", "S-18", "S-27", "RS-02", "RS-09", "J-02")
def test_library_finds_creates_and_grades_its_own_items(client_of: Client) -> None:
    told = client_of("programmatic", link="plain")

    by_tag, by_resource, by_link = told["made"]
    link = told["asked"]["resource_link_id"]
    assert told["can"] == [True, True, True, True]
    assert (by_tag["tag"], by_resource["resourceId"], by_link["resourceLinkId"]) == ("Final Exam", "R/1", link)
    assert told["again"] == told["by_id"] == told["read"] == by_tag
    assert told["found"] == {
        "id": by_tag,
        "tag": by_tag,
        "resourceId": by_resource,
        "resourceLinkId": by_link,
        "label": by_link,
        "another case": None,
    }
    # The first one is the platform's, of the declarative block in the same course.
    assert told["listed"][1:] == [by_tag["id"], by_resource["id"], by_link["id"]]
    assert [item["id"] for item in told["page"][0]] == told["listed"]
    assert told["page"][1] is None
    assert told["put"]["outcome"] == "queued"
    assert told["put by tag"]["outcome"] == "unlinked"
    [on_link], [on_tag] = told["grades"]["link"], told["grades"]["tag"]
    user_id = told["asked"]["user_id"]
    assert (on_link["userId"], on_link["resultScore"], on_link["resultMaximum"]) == (user_id, 45.5, 50)
    assert on_link["comment"] == "Well done"
    assert (on_tag["userId"], on_tag["resultScore"], on_tag["resultMaximum"]) == (user_id, 0, 20)


@pytest.mark.conformance("C-04", "C-10", "B-03", "S-11", "G-06")
def test_library_grades_by_the_platforms_item(client_of: Client) -> None:
    told = client_of("declarative", link="single")

    endpoint = told["asked"]["endpoint"]
    assert told["can"] == [True, False, True, True]
    assert told["read"] == told["found"]
    assert told["read"]["id"] == endpoint["lineitem"]
    assert told["put"]["outcome"] == "queued"
    [result] = told["grades"]
    assert (result["resultScore"], result["resultMaximum"]) == (8.3, 10)
    assert "Missing required scope" in told["create"]["library"]
    assert (told["stranger"]["status"], told["stranger"]["body"]["code"]) == (403, "unknown_user")


@pytest.mark.conformance("LI-06", "LI-07", "LI-08", "LI-10", "RS-03", "RS-08")
def test_library_pages_through_250_line_items_and_2500_results(
    lms: ServedLms, wire_tool: WireTool, browser_of: Callable[[str], Browser], client_of: Client
) -> None:
    claims = wire_tool.checked(wire_tool.launch(browser_of(LEARNER[0]), wire_tool.sheet["links"]["A"]["plain"]))
    context_uuid = claims[ENDPOINT]["lineitems"].split("/")[-2]
    # The declarative block of the course has one item already.
    crowd = lms.run("tests.conformance.crowd", {"context_uuid": context_uuid, "line_items": 249, "results": 2500})

    told = client_of("pages", link="plain", line_item=crowd["line_items"][-1])

    assert told["line_items"] == crowd["line_items"]
    assert told["sizes"] == [100, 100, 50]
    assert told["users"] == crowd["users"]
    assert told["result_sizes"] == [1000, 1000, 500]
    assert told["first_page"] == 1000
    assert told["last"]["id"] == crowd["line_items"][-1]
