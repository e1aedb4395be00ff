"""ltijs as it is, in a process of its own, against the served platform: every public call of its grade service."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.browser import Browser
from tests.conformance.scene import LEARNER
from tests.conformance.served import ServedLms
from tests.conformance.wire import KeyPair, WireTool
from tests.support.ltijs import installed_ltijs

pytestmark = pytest.mark.node

ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
RESOURCE_LINK = "https://purl.imsglobal.org/spec/lti/claim/resource_link"
PREFIX = "/api/lti_ags/v1"


class LtijsClient:
    """The library in its process, and the tool as which it is registered."""

    def __init__(self, lms: ServedLms, name: str) -> None:
        client_id = f"ltijs-{uuid.uuid4()}"
        environment = {
            "ISSUER": lms.url,
            "AUTH_LOGIN_URL": f"{lms.url}{PREFIX}/launch/authorize",
            "TOKEN_URL": f"{lms.url}{PREFIX}/token",
            "JWKS_URL": f"{lms.url}{PREFIX}/jwks",
            "CLIENT_ID": client_id,
        }
        self._process = subprocess.Popen(
            ["node", "calls.js"],
            cwd=installed_ltijs(),
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # The library makes the key; the platform's operator gets its public half.
        public_key = self._read()["publicKey"]
        sheet = lms.run("tests.conformance.scene", {"public_key": public_key, "name": name, "client_id": client_id})
        self.tool = WireTool(sheet, KeyPair("", public_key))

    def launch(self, browser: Browser) -> dict[str, Any]:
        """Be launched, and return the claims."""
        return self.tool.checked(self.tool.launch(browser, self.tool.sheet["links"]["A"]["plain"]))

    def work(self, job: str, claims: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Let the library work with what a launch brought."""
        token = {
            "iss": claims["iss"],
            "clientId": self.tool.sheet["client_id"],
            "user": claims["sub"],
            "platformContext": {"endpoint": claims[ENDPOINT], "resource": claims[RESOURCE_LINK]},
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"job": job, "token": token, "options": options}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def close(self) -> None:
        self.tool.session.close()
        self._process.communicate(timeout=30)

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        line = self._process.stdout.readline()
        assert line, self._process.stderr.read()
        told: dict[str, Any] = json.loads(line)
        return told


@pytest.fixture
def ltijs(lms: ServedLms, request: pytest.FixtureRequest) -> Iterator[LtijsClient]:
    client = LtijsClient(lms, request.node.name)
    yield client
    client.close()


@pytest.mark.conformance("LI-03", "LI-04", "LI-11", "LI-21", "LI-22", "LI-27", "RS-07", "S-18", "T-15")
def test_library_makes_finds_changes_grades_and_deletes_items(
    ltijs: LtijsClient, browser_of: Callable[[str], Browser]
) -> None:
    claims = ltijs.launch(browser_of(LEARNER[0]))

    told = ltijs.work("items", claims)

    first, second, loose = (item["id"] for item in told["made"])
    assert told["made"][0]["resourceLinkId"] == claims[RESOURCE_LINK]["id"]
    assert told["found"] == {
        "all": [first, second, loose],
        "link": [first, second],
        "resource": [second],
        "both": [],
        "id": [first],
        "label": [loose],
        "none": [],
    }
    assert told["pages"] == [2, 1]
    assert told["read"] == told["made"][1]
    assert told["changed"] == {**told["made"][0], "label": "First draft"}
    assert told["score"]["scoreMaximum"] == 20
    [score] = told["scores"]
    assert (score["userId"], score["resultScore"], score["resultMaximum"]) == (claims["sub"], 13, 20)
    assert told["published"] == {"success": [{"lineitem": loose}], "failure": []}
    [made_to_score] = told["autoCreated"]["success"]
    assert {found["lineitem"]: [r["resultScore"] for r in found["results"]] for found in told["results"]} == {
        first: [],
        second: [13],
        loose: [7],
    }
    assert told["deletedOne"] is True
    assert [gone["lineitem"] for gone in told["deleted"]["success"]] == [second, loose]
    assert told["left"] == []
    assert made_to_score["lineitem"] not in {first, second, loose}


@pytest.mark.conformance("LI-06", "LI-07", "RS-08")
def test_library_pages_through_250_line_items_and_2500_results(
    lms: ServedLms, ltijs: LtijsClient, browser_of: Callable[[str], Browser]
) -> None:
    claims = ltijs.launch(browser_of(LEARNER[0]))
    context_uuid = claims[ENDPOINT]["lineitems"].split("/")[-2]
    # The declarative block of the course has one item already.
    crowd = lms.run("tests.conformance.crowd", {"context_uuid": context_uuid, "line_items": 249, "results": 2500})

    told = ltijs.work("pages", claims, lineItem=crowd["line_items"][-1])

    assert (told["lineItems"], told["sizes"]) == (crowd["line_items"], [100, 100, 50])
    assert (told["users"], told["scoreSizes"]) == (crowd["users"], [1000, 1000, 500])
