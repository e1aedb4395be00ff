"""Every address that a tool is given: whole, and of the scheme under which the site is reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import pytest
from opaque_keys.edx.keys import UsageKey

from lti_ags.services.addresses import line_items_url
from lti_ags.services.registration_sheets import registration_sheet
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, subject_of
from tests.support.launches import Launch, ags_claim, login_request, signed_in, start_path
from tests.support.tools import RegisteredTool

ROOTS = ["https://lms.example", "https://lms.example:8443/sub", "http://127.0.0.1:8000"]
_URL = re.compile(r"https?://[^\s<>\"]+")
#: Addresses that are names, and those of the tool.
_NOT_OURS = (
    "http://purl.imsglobal.org/",
    "https://purl.imsglobal.org/",
    "https://openedx.org/",
    "https://tool.example/",
)


def urls_in(value: Any) -> Iterator[str]:
    """Every address of ours in what a tool receives, names of members included."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from urls_in(name)
            yield from urls_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from urls_in(member)
    elif isinstance(value, str):
        yield from (url for url in _URL.findall(value) if not url.startswith(_NOT_OURS))


@pytest.fixture(params=ROOTS)
def root(request: pytest.FixtureRequest, settings: Any) -> str:
    settings.LMS_ROOT_URL = request.param
    return str(request.param)


def assert_given(found: list[str], *, root: str, at_least: int) -> None:
    assert len(found) >= at_least
    assert [url for url in found if not f"{url}/".startswith(f"{root}/")] == []
    assert [url for url in found if re.search(r"[{}$]", url) or not urlsplit(url).netloc] == []


@pytest.mark.conformance("G-01", "G-02", "R-02")
def test_addresses_of_registration_and_launch_are_those_of_the_site(
    root: str, course: Course, tool: RegisteredTool, learner: Any, declarative_block: UsageKey
) -> None:
    browser = signed_in(learner)

    sheet = registration_sheet(tool.tool)
    login = login_request(browser.get(start_path(declarative_block)))
    claims = Launch(browser, tool, declarative_block).claims()

    assert_given([*urls_in(asdict(sheet)), *urls_in(login), *urls_in(claims)], root=root, at_least=8)
    claim = ags_claim(claims)
    assert claim is not None
    assert {"lineitem", "lineitems"} <= claim.keys()


@pytest.mark.conformance("G-01", "G-02")
def test_addresses_in_answers_of_the_services_are_those_of_the_site(
    root: str, ags: Ags, context: Any, programmatic_block: UsageKey, learner: Any
) -> None:
    user_id = subject_of(learner, programmatic_block).subject
    path = urlsplit(root).path

    def local(url: str) -> str:
        """Where the test client reaches what the site has under its root."""
        return url.removeprefix(root).removeprefix(path)

    members = {"resourceLinkId": str(programmatic_block), "label": "Quiz", "scoreMaximum": 10}
    container = local(line_items_url(context.uuid))
    created = ags.request("POST", container, members)
    ags.request("POST", container, members)
    item = local(created.json()["id"])
    answers = [
        created,
        ags.get(item),
        ags.get(container, limit=1),
        ags.request("POST", f"{item}/scores", score_body(user_id)),
        ags.get(f"{item}/results"),
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200]
    found = [url for answer in answers for url in urls_in(answer.json())]
    found += [url for answer in answers for name in ("Location", "Link") for url in urls_in(answer.get(name, ""))]
    assert_given(found, root=root, at_least=7)
