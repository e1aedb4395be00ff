"""What the tool is told: the claims of the id_token, checked as a tool checks them."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from django.test import override_settings

from tests.support.courses import Course, enrol, external_id, make_staff, make_user
from tests.support.launches import Launch, form_of, signed_in
from tests.support.tools import RegisteredTool

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def texts(value: Any) -> list[str]:
    """Every text in a claim, however deep."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.conformance("L-11")
def test_the_token_is_signed_with_rs256_by_a_published_key(launch: Launch) -> None:
    token = form_of(launch.answer()).fields["id_token"]

    header = jwt.get_unverified_header(token)
    assert header["alg"] == "RS256"
    assert header["kid"]
    assert launch.checked(token)


@pytest.mark.conformance("L-12", "L-13")
def test_the_token_says_who_when_and_for_whom(launch: Launch, tool: RegisteredTool, learner: Any) -> None:
    before = int(time.time())

    claims = launch.claims()

    assert claims["iss"] == "http://127.0.0.1:8000"
    assert claims["aud"] == tool.client_id
    assert claims["sub"] == external_id(learner)
    assert claims["nonce"] == launch.nonce
    assert before <= claims["iat"] <= time.time()
    assert claims["exp"] == claims["iat"] + 300
    assert isinstance(claims["iat"], int)


@pytest.mark.conformance("L-12")
@override_settings(LTI_AGS_ISSUER="https://lms.example", LTI_AGS_ID_TOKEN_LIFETIME_SECONDS=60)
def test_issuer_and_lifetime_are_settings(launch: Launch) -> None:
    claims = launch.claims()

    assert claims["iss"] == "https://lms.example"
    assert claims["exp"] - claims["iat"] == 60


@pytest.mark.conformance("L-13")
def test_a_learner_is_the_same_in_every_launch_and_two_learners_differ(launch: Launch, course: Course) -> None:
    other = make_user("other")
    enrol(other, course)

    subjects = [launch.claims()["sub"], launch.claims()["sub"]]
    subjects.append(Launch(signed_in(other), launch.tool, launch.usage_key).claims()["sub"])

    assert subjects[0] == subjects[1] != subjects[2]


@pytest.mark.conformance("L-14", "L-15")
def test_the_token_says_which_link_in_which_course(launch: Launch, tool: RegisteredTool, course: Course) -> None:
    claims = launch.claims()

    assert claims[f"{CLAIM}message_type"] == "LtiResourceLinkRequest"
    assert claims[f"{CLAIM}version"] == "1.3.0"
    assert claims[f"{CLAIM}deployment_id"] == tool.tool.deployment_id
    assert claims[f"{CLAIM}target_link_uri"] == "https://tool.example/launch"
    assert claims[f"{CLAIM}resource_link"] == {"id": str(launch.usage_key), "title": "Quiz"}
    assert claims[f"{CLAIM}context"]["id"] == str(course.key)
    assert claims[f"{CLAIM}tool_platform"]["guid"] == claims["iss"]


@pytest.mark.conformance("L-16")
def test_no_claim_begins_or_ends_with_space(course: Course, tool: RegisteredTool, learner: Any) -> None:
    location = course.add_block(
        tool.tool, display_name="  Quiz 1 ", custom_parameters={" level ": " 3 ", "empty": "  "}, share_name=True
    )
    learner.first_name = " Ada "
    learner.save()

    claims = Launch(signed_in(learner), tool, location).claims()

    assert [text for text in texts(claims) if text != text.strip()] == []
    assert claims[f"{CLAIM}resource_link"]["title"] == "Quiz 1"
    assert claims[f"{CLAIM}custom"] == {"level": "3", "empty": ""}
    assert claims["name"] == "Ada"


@pytest.mark.conformance("L-17")
def test_name_and_address_stay_here_unless_the_author_shares_them(launch: Launch, learner: Any) -> None:
    learner.first_name, learner.last_name, learner.email = "Ada", "Lovelace", "ada@example.com"
    learner.save()

    claims = launch.claims()

    assert not {"name", "given_name", "family_name", "email"} & claims.keys()
    told = " ".join(texts(claims))
    assert not any(secret in told for secret in ("Ada", "Lovelace", "ada@", learner.username))


@pytest.mark.parametrize(
    ("fields", "shared"),
    [
        ({"share_name": True}, {"name": "Ada Lovelace"}),
        ({"share_email": True}, {"email": "ada@example.com"}),
        ({"share_name": True, "share_email": True}, {"name": "Ada Lovelace", "email": "ada@example.com"}),
    ],
    ids=["name", "address", "both"],
)
def test_the_author_may_share_name_and_address(
    course: Course, tool: RegisteredTool, learner: Any, fields: dict[str, bool], shared: dict[str, str]
) -> None:
    learner.first_name, learner.last_name, learner.email = "Ada", "Lovelace", "ada@example.com"
    learner.save()
    location = course.add_block(tool.tool, **fields)

    claims = Launch(signed_in(learner), tool, location).claims()

    assert {name: claims[name] for name in ("name", "email") if name in claims} == shared


def test_a_learner_without_a_name_is_launched_without_one(course: Course, tool: RegisteredTool, learner: Any) -> None:
    location = course.add_block(tool.tool, share_name=True, share_email=True)

    claims = Launch(signed_in(learner), tool, location).claims()

    assert not {"name", "email"} & claims.keys()


@pytest.mark.conformance("L-14", "L-18")
@pytest.mark.parametrize(
    ("who", "roles"),
    [
        ("learner", [f"{MEMBERSHIP}Learner"]),
        ("staff", [f"{MEMBERSHIP}Instructor", TEST_USER]),
        ("enrolled staff", [f"{MEMBERSHIP}Instructor", f"{MEMBERSHIP}Learner"]),
        ("site staff", [f"{MEMBERSHIP}Instructor", TEST_USER]),
    ],
)
def test_roles(launch: Launch, course: Course, learner: Any, who: str, roles: list[str]) -> None:
    user = {
        "learner": lambda: learner,
        "staff": lambda: make_staff(course),
        "enrolled staff": lambda: make_staff(course),
        "site staff": lambda: make_user("boss", is_staff=True, is_superuser=True),
    }[who]()
    if who == "enrolled staff":
        enrol(user, course)

    claims = Launch(signed_in(user), launch.tool, launch.usage_key).claims()

    assert claims[f"{CLAIM}roles"] == roles


@pytest.mark.parametrize("place", ["iframe", "window"])
def test_the_tool_is_told_where_it_is_shown(course: Course, tool: RegisteredTool, learner: Any, place: str) -> None:
    location = course.add_block(tool.tool, open_in=place)

    claims = Launch(signed_in(learner), tool, location).claims()

    assert claims[f"{CLAIM}launch_presentation"]["document_target"] == place


def test_the_tool_is_told_the_learners_language(launch: Launch) -> None:
    launch.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"

    assert launch.claims()[f"{CLAIM}launch_presentation"]["locale"] == "de"


def test_custom_parameters_are_sent_as_the_author_wrote_them(
    course: Course, tool: RegisteredTool, learner: Any
) -> None:
    custom = {"chapter": "12", "who": "$User.id", "sign": "a=b&c<d>"}
    location = course.add_block(tool.tool, custom_parameters=custom)

    claims = Launch(signed_in(learner), tool, location).claims()

    assert claims[f"{CLAIM}custom"] == custom


def test_without_custom_parameters_there_is_no_claim(launch: Launch) -> None:
    assert f"{CLAIM}custom" not in launch.claims()


def test_two_blocks_are_two_links(course: Course, launch: Launch) -> None:
    second = course.add_block(launch.tool.tool)

    ids = {
        claims[f"{CLAIM}resource_link"]["id"]
        for claims in (launch.claims(), Launch(launch.client, launch.tool, second).claims())
    }

    assert ids == {str(launch.usage_key), str(second)}
