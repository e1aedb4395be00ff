"""What a launch tells the tool."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lti_ags.constants import Claim, Role, Scope
from lti_ags.data import Enrolment
from lti_ags.domain.launch_claims import AgsEndpoint, LaunchFacts, id_token_claims, roles_of

NOON = datetime(2026, 5, 3, 12, 0, 0, 900_000, tzinfo=UTC)
ITEMS = "https://lms.example/contexts/c/line_items"
ITEM = "https://lms.example/line_items/7"
ENDPOINT = AgsEndpoint(scopes=(Scope.SCORE, Scope.RESULT_READONLY), line_items_url=ITEMS, line_item_url=ITEM)
FACTS = LaunchFacts(
    issuer="https://lms.example",
    client_id="client",
    deployment_id="deployment",
    subject="learner",
    nonce="nonce",
    target_link_uri="https://tool.example/launch",
    resource_link_id="block",
    resource_link_title=" Quiz ",
    context_id="course",
    context_title=" Course ",
    platform_name=" Site ",
    roles=(Role.LEARNER,),
    document_target="iframe",
    locale="en",
    custom={},
    endpoint=ENDPOINT,
)
BARE = replace(
    FACTS,
    resource_link_title=" ",
    context_title="",
    platform_name=" ",
    roles=(),
    document_target="",
    locale="",
    endpoint=None,
)


def claims_of(facts: LaunchFacts) -> dict[str, Any]:
    return id_token_claims(facts, now=NOON, lifetime=timedelta(seconds=300))


@pytest.mark.parametrize(
    ("enrolment", "is_staff", "roles"),
    [
        (Enrolment.ENROLLED, False, (Role.LEARNER,)),
        (Enrolment.ENROLLED, True, (Role.INSTRUCTOR, Role.LEARNER)),
        (Enrolment.STAFF, True, (Role.INSTRUCTOR, Role.TEST_USER)),
        (Enrolment.LEFT, True, (Role.INSTRUCTOR, Role.TEST_USER)),
        (Enrolment.NONE, False, ()),
    ],
)
def test_roles_follow_enrolment_and_staff(enrolment: Enrolment, roles: tuple[Role, ...], *, is_staff: bool) -> None:
    assert roles_of(enrolment, is_staff=is_staff) == roles


def test_full_launch_tells_all_there_is() -> None:
    facts = replace(FACTS, name=" Ada ", email=" ada@lms.example ", custom={" level ": " 2 ", "": "lost"})

    assert claims_of(facts) == {
        "iss": "https://lms.example",
        "aud": "client",
        "sub": "learner",
        "iat": 1777809600,
        "exp": 1777809900,
        "nonce": "nonce",
        "name": "Ada",
        "email": "ada@lms.example",
        Claim.MESSAGE_TYPE.value: "LtiResourceLinkRequest",
        Claim.VERSION.value: "1.3.0",
        Claim.DEPLOYMENT_ID.value: "deployment",
        Claim.TARGET_LINK_URI.value: "https://tool.example/launch",
        Claim.RESOURCE_LINK.value: {"id": "block", "title": "Quiz"},
        Claim.CONTEXT.value: {"id": "course", "title": "Course"},
        Claim.ROLES.value: [Role.LEARNER.value],
        Claim.TOOL_PLATFORM.value: {"guid": "https://lms.example", "name": "Site"},
        Claim.LAUNCH_PRESENTATION.value: {"document_target": "iframe", "locale": "en"},
        Claim.CUSTOM.value: {"level": "2"},
        Claim.AGS_ENDPOINT.value: {
            "scope": [Scope.SCORE.value, Scope.RESULT_READONLY.value],
            "lineitems": ITEMS,
            "lineitem": ITEM,
        },
    }


def test_names_of_claims_are_plain_texts() -> None:
    assert {type(name) for name in claims_of(FACTS)} == {str}


def test_nothing_in_a_launch_is_empty() -> None:
    claims = claims_of(replace(BARE, name=" ", email=""))

    assert claims[Claim.RESOURCE_LINK] == {"id": "block"}
    assert claims[Claim.CONTEXT] == {"id": "course"}
    assert claims[Claim.TOOL_PLATFORM] == {"guid": "https://lms.example"}
    assert (claims[Claim.LAUNCH_PRESENTATION], claims[Claim.ROLES]) == ({}, [])
    assert claims.keys().isdisjoint({"name", "email", Claim.CUSTOM, Claim.AGS_ENDPOINT})


def test_names_that_the_author_does_not_share_are_left_out() -> None:
    assert claims_of(FACTS).keys().isdisjoint({"name", "email"})


def test_line_item_is_left_out_where_there_is_not_exactly_one() -> None:
    claims = claims_of(replace(FACTS, endpoint=replace(ENDPOINT, line_item_url=None)))

    assert claims[Claim.AGS_ENDPOINT] == {"scope": [scope.value for scope in ENDPOINT.scopes], "lineitems": ITEMS}


VARIABLES = {"item": "$LineItem.url", "items": " $LineItems.url ", "user": "$User.id"}


@pytest.mark.parametrize(
    ("endpoint", "custom"),
    [
        (ENDPOINT, {"item": ITEM, "items": ITEMS, "user": "$User.id"}),
        (replace(ENDPOINT, line_item_url=None), {"item": "$LineItem.url", "items": ITEMS, "user": "$User.id"}),
        (None, {"item": "$LineItem.url", "items": "$LineItems.url", "user": "$User.id"}),
    ],
    ids=["graded", "no one item", "not graded"],
)
def test_variables_of_line_items_are_filled_in(endpoint: AgsEndpoint | None, custom: dict[str, str]) -> None:
    assert claims_of(replace(FACTS, custom=VARIABLES, endpoint=endpoint))[Claim.CUSTOM] == custom
