"""How the tools of another component's blocks become registrations here."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lti_ags.constants import Scope
from lti_ags.models import LtiTool
from lti_ags.services.addresses import token_url
from lti_ags.services.tools import Place, places_of, tools_of_course
from lti_consumer.models import LtiConfiguration
from tests.consumer_import.conftest import OldBlock, Tell, add_old_block
from tests.support.courses import Course, make_course
from tests.support.tools import RegisteredTool, public_pem, rsa_key
from xmodule.modulestore.django import modulestore

pytestmark = pytest.mark.django_db(transaction=True)


def test_tool_of_a_block_is_registered_under_its_client_id(old: OldBlock, take_over: Tell, course: Course) -> None:
    told = take_over()

    tool = LtiTool.objects.get()
    assert (tool.name, tool.client_id) == ("Old quiz", old.passport.lti_1p3_client_id)
    assert (tool.oidc_login_url, tool.launch_url) == ("https://tool.example/login", "https://tool.example/launch")
    assert (tool.jwks_url, tool.public_key) == ("https://tool.example/jwks", "")
    assert tool.redirect_uris == ["https://tool.example/launch"]
    assert tools_of_course(course.key) == [tool]
    assert tools_of_course(make_course().key) == []
    assert f"(client id {tool.client_id}, which stays)" in told
    assert f"Access token URL: {token_url()}" in told
    assert f"Deployment ID: {tool.deployment_id}" in told


def test_tool_with_settings_in_the_table_and_a_public_key_gets_tokens(
    course: Course, take_over: Tell, client: Client
) -> None:
    key = rsa_key(3)
    passport = {"name": "Chess", "lti_1p3_client_id": "chess", "lti_1p3_tool_public_key": public_pem(key)}
    add_old_block(
        course,
        passport=passport,
        config_store="CONFIG_ON_DB",
        lti_1p3_oidc_url="https://chess.example/login",
        lti_1p3_launch_url="https://chess.example/launch",
        lti_advantage_deep_linking_launch_url="https://chess.example/deep",
    )

    take_over()

    tool = LtiTool.objects.get()
    assert (tool.name, tool.launch_url) == ("Chess", "https://chess.example/launch")
    assert tool.redirect_uris == ["https://chess.example/launch", "https://chess.example/deep"]
    assert RegisteredTool(tool, key).request_token(client, [Scope.SCORE]).status_code == 200


def share_a_passport(first: OldBlock, second: OldBlock) -> None:
    LtiConfiguration.objects.filter(pk=second.configuration.pk).update(lti_1p3_passport=first.passport)


def test_what_a_new_tool_is_registered_with_is_told(old: OldBlock, take_over: Tell) -> None:
    told = take_over("--dry-run")

    assert "OIDC login URL: https://tool.example/login\n" in told
    assert "Launch URL: https://tool.example/launch\n" in told
    assert "Redirect URIs: https://tool.example/launch\n" in told
    assert "Keys: the key set https://tool.example/jwks, which the block names\n" in told
    assert not LtiTool.objects.exists()


# Whose key it is


@pytest.mark.parametrize("mode", ["public_key", "keyset_url"])
@pytest.mark.parametrize("holder", ["the block names", "the passport holds"])
def test_key_of_the_mode_that_the_author_chose_is_taken(
    course: Course, take_over: Tell, mode: str, holder: str
) -> None:
    pem = public_pem(rsa_key(3))
    both = {"lti_1p3_tool_keyset_url": "https://tool.example/jwks", "lti_1p3_tool_public_key": pem}
    add_old_block(
        course,
        fields={"lti_1p3_tool_key_mode": mode, **both},
        passport=both if holder == "the passport holds" else None,
    )

    told = take_over()

    tool = LtiTool.objects.get()
    assert (tool.jwks_url, tool.public_key) == {
        "public_key": ("", pem.strip()),
        "keyset_url": ("https://tool.example/jwks", ""),
    }[mode]
    assert (f"Keys: a public key, which {holder}" in told) == (mode == "public_key")


def test_the_only_key_of_a_block_is_taken_whatever_its_mode_says(course: Course, take_over: Tell) -> None:
    add_old_block(course, fields={"lti_1p3_tool_key_mode": "public_key"})

    take_over()

    assert LtiTool.objects.get().jwks_url == "https://tool.example/jwks"


@pytest.mark.parametrize("mode", ["public_key", "keyset_url"])
def test_key_of_the_passport_is_taken_whatever_an_author_writes_into_a_block_that_shares_it(
    course: Course, take_over: Tell, mode: str
) -> None:
    pem = public_pem(rsa_key(3))
    add_old_block(
        course,
        fields={"lti_1p3_tool_key_mode": mode, "lti_1p3_tool_keyset_url": "https://evil.example/jwks"},
        passport={"lti_1p3_tool_public_key": pem},
    )

    told = take_over()

    tool = LtiTool.objects.get()
    assert (tool.jwks_url, tool.public_key) == ("", pem.strip())
    assert "Keys: a public key, which the passport holds" in told
    assert "evil" not in told


# A tool that is registered already


def test_tool_that_is_registered_already_stays_as_it_is_and_what_the_block_asks_for_is_told(
    course: Course, take_over: Tell
) -> None:
    old = add_old_block(
        course,
        fields={
            "lti_1p3_oidc_url": "https://evil.example/login",
            "lti_1p3_launch_url": "https://evil.example/launch",
            "lti_1p3_tool_keyset_url": "https://evil.example/jwks",
            "lti_1p3_redirect_uris": ["https://evil.example/a", "https://evil.example/\x1b[2J"],
        },
    )
    known = RegisteredTool.register("Known", client_id=old.passport.lti_1p3_client_id, orgs=["Elsewhere"]).tool
    before = LtiTool.objects.values().get()

    told = take_over()

    assert LtiTool.objects.values().get() == before
    assert places_of(known) == [Place(org="Elsewhere")]
    assert tools_of_course(course.key) == []
    assert "registered now" not in told
    assert "The tool 'Known' may not be used in this course; --extend-tools would let it." in told
    assert "--extend-tools would add its redirect URI https://evil.example/a." in told
    assert "\x1b" not in told
    assert r"--extend-tools would add its redirect URI 'https://evil.example/\x1b[2J'." in told
    assert f"The block's OIDC login URL is https://evil.example/login; {known.oidc_login_url} stays." in told
    assert f"The block's launch URL is https://evil.example/launch; {known.launch_url} stays." in told
    assert "The block has other keys: the key set https://evil.example/jwks, which the block names" in told
    assert take_over("--dry-run").partition("\n")[2].startswith(told.partition("\n")[2].partition("Done.")[0])


def test_operator_may_let_a_registered_tool_be_used_in_the_course_with_the_blocks_redirect_uris(
    course: Course, take_over: Tell
) -> None:
    old = add_old_block(course, fields={"lti_1p3_redirect_uris": ["https://tool.example/more"]})
    known = RegisteredTool.register("Known", client_id=old.passport.lti_1p3_client_id, orgs=["Elsewhere"]).tool
    before = list(known.redirect_uris)

    told = take_over("--extend-tools")

    tool = LtiTool.objects.get()
    assert tools_of_course(course.key) == [tool]
    assert tool.redirect_uris == [*before, "https://tool.example/more"]
    assert (tool.name, tool.jwks_url, tool.public_key) == ("Known", known.jwks_url, known.public_key)
    assert "The tool 'Known' may be used in this course now." in told
    assert "Its redirect URI https://tool.example/more was added." in told


def test_blocks_that_share_a_client_id_share_a_tool_and_its_addresses_if_the_operator_says_so(
    course: Course, take_over: Tell
) -> None:
    first = add_old_block(course, fields={"lti_1p3_redirect_uris": ["https://tool.example/a"]})
    share_a_passport(first, add_old_block(course, fields={"lti_1p3_redirect_uris": ["https://tool.example/b"]}))

    told = take_over()
    assert LtiTool.objects.get().redirect_uris == ["https://tool.example/a"]
    assert "--extend-tools would add its redirect URI https://tool.example/b." in told

    take_over("--extend-tools")
    assert LtiTool.objects.get().redirect_uris == ["https://tool.example/a", "https://tool.example/b"]


def test_redirect_uris_that_cannot_be_added_are_told_and_the_tool_stays(old: OldBlock, take_over: Tell) -> None:
    known = RegisteredTool.register("Known", client_id=old.passport.lti_1p3_client_id).tool
    old.course.change(old.location, lti_1p3_redirect_uris=["nonsense"])

    told = take_over("--extend-tools")

    assert LtiTool.objects.get().redirect_uris == known.redirect_uris
    assert "Its tool cannot be registered: redirect_uris: " in told


def test_second_run_registers_nothing_new(old: OldBlock, take_over: Tell) -> None:
    take_over()
    before = LtiTool.objects.values().get()

    told = take_over()

    assert LtiTool.objects.values().get() == before
    assert "Tell the administrator" not in told


def test_dry_run_changes_nothing(old: OldBlock, take_over: Tell) -> None:
    told = take_over("--dry-run")

    assert not LtiTool.objects.exists()
    assert "Its tool is registered now." in told
    assert told.endswith("Nothing was changed.\n")


def test_settings_that_make_no_registration_are_told_by_field(course: Course, take_over: Tell) -> None:
    add_old_block(course, fields={"lti_1p3_oidc_url": ""})

    told = take_over()

    assert not LtiTool.objects.exists()
    assert "Its tool cannot be registered: oidc_login_url: " in told


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"version": "lti_1p1"}, "It is an LTI 1.1 block, which has no line items and cannot be taken over."),
        ({"config_store": "CONFIG_EXTERNAL", "external_id": "a:b"}, "Its settings come from another service"),
        ({"lti_1p3_passport": None}, "It was never launched with LTI 1.3, so it has no client id."),
    ],
    ids=["LTI 1.1", "external", "never launched"],
)
def test_block_that_cannot_be_taken_over_is_told_with_the_reason(
    course: Course, take_over: Tell, columns: dict[str, Any], sentence: str
) -> None:
    add_old_block(course, **columns)

    assert sentence in take_over()
    assert not LtiTool.objects.exists()


def test_block_that_left_the_course_cannot_be_read(old: OldBlock, take_over: Tell, course: Course) -> None:
    modulestore().delete_item(old.location, course.author_id)
    course.publish()

    assert "The published course has no such block any more" in take_over()


def test_blocks_of_other_courses_are_left_alone(old: OldBlock, take_over: Tell) -> None:
    other = add_old_block(make_course(), passport={"lti_1p3_client_id": "another"})

    told = take_over()

    assert str(other.location) not in told
    assert LtiTool.objects.get().client_id == old.passport.lti_1p3_client_id
