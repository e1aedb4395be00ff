"""What the doctor says about secrets, the platform's keys and the keys of tools."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from django.core.cache import cache
from django.utils import timezone

from lti_ags.models import LtiTool, PlatformKey
from lti_ags.security.platform_keys import public_key_set, rotate
from tests.doctor.conftest import Doctor
from tests.support.key_server import KeyServer, key_server
from tests.support.secret_lists import WRONG
from tests.support.tools import RegisteredTool, public_jwk, rsa_key

SECRET: Final = "a long random text that nobody guesses"


@pytest.fixture
def server(settings: Any) -> Iterator[KeyServer]:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = True
    with key_server() as served:
        yield served


@pytest.fixture
def remote_tool(db: None, server: KeyServer) -> LtiTool:
    return RegisteredTool.register("Quiz tool", client_id="quiz", jwks_url=server.url).tool


# Secrets


def test_secrets_of_our_own_pass(doctor: Doctor, settings: Any) -> None:
    settings.LTI_AGS_TOKEN_KEYS = settings.LTI_AGS_ENCRYPTION_KEYS = [SECRET]

    told = doctor("secrets")

    assert [health for health, _message, _advice in told] == ["pass", "pass"]
    assert SECRET not in str(told)


def test_borrowed_secret_is_to_be_looked_at(doctor: Doctor) -> None:
    told = doctor("secrets")

    assert [(health, message.split()[0]) for health, message, _advice in told] == [
        ("warn", "LTI_AGS_TOKEN_KEYS"),
        ("warn", "LTI_AGS_ENCRYPTION_KEYS"),
    ]


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG.keys())
def test_secrets_that_cannot_be_used_fail_and_everything_else_is_looked_at(
    doctor: Doctor, settings: Any, value: object
) -> None:
    settings.LTI_AGS_TOKEN_KEYS = value

    told = doctor("secrets")

    assert [health for health, _message, _advice in told] == ["fail", "warn"]
    assert told[0][1].startswith("LTI_AGS_TOKEN_KEYS is a value of type ")
    assert "24 characters" in told[0][1]
    assert doctor("same_secrets") == []
    assert [health for health, _message, _advice in doctor("tool_keys")] == ["warn"]


def test_same_secrets_in_lms_and_studio_pass(doctor: Doctor, settings: Any) -> None:
    [(_health, alone, _advice)] = doctor("same_secrets")
    settings.ROOT_URLCONF = "cms.urls"

    [(health, message, _advice)] = doctor("same_secrets")

    assert "run this in cms" in alone
    assert health == "pass"
    assert message.startswith("LMS and Studio have the same secrets")


def test_different_secrets_in_lms_and_studio_fail(doctor: Doctor, settings: Any) -> None:
    doctor("same_secrets")
    settings.ROOT_URLCONF = "cms.urls"
    settings.LTI_AGS_TOKEN_KEYS = [SECRET]

    [(health, message, advice)] = doctor("same_secrets")

    assert health == "fail"
    assert message.endswith("in lms.")
    assert advice.startswith("Give LMS and Studio the same LTI_AGS_TOKEN_KEYS and LTI_AGS_ENCRYPTION_KEYS")


# The platform's keys


def test_site_before_its_first_launch_passes(doctor: Doctor) -> None:
    assert doctor("platform_keys") == [("pass", "There is no platform key yet; the first launch makes one.", "")]
    assert not PlatformKey.objects.exists()


def test_key_that_signs_passes(doctor: Doctor) -> None:
    public_key_set(now=timezone.now())
    kid = PlatformKey.objects.get().kid

    assert doctor("platform_keys") == [("pass", f"1 platform keys are published, and {kid} signs.", "")]


def test_keys_in_the_middle_of_a_rotation_pass(doctor: Doctor) -> None:
    public_key_set(now=timezone.now())
    signing = PlatformKey.objects.get().kid
    rotate(now=timezone.now())

    assert doctor("platform_keys") == [("pass", f"2 platform keys are published, and {signing} signs.", "")]


def test_key_that_the_settings_do_not_decrypt_fails(doctor: Doctor, settings: Any) -> None:
    public_key_set(now=timezone.now())
    settings.LTI_AGS_ENCRYPTION_KEYS = [SECRET]

    [(health, message, advice)] = doctor("platform_keys")

    assert (health, message) == (
        "fail",
        f"The private key {PlatformKey.objects.get().kid} cannot be decrypted, so launches fail.",
    )
    assert "lti_ags_rotate_keys --at-once" in advice


def test_key_that_is_no_key_fails(doctor: Doctor) -> None:
    from lti_ags.security.encryption import encrypt

    public_key_set(now=timezone.now())
    PlatformKey.objects.update(private_key=encrypt(b"nothing"))

    assert [health for health, _message, _advice in doctor("platform_keys")] == ["fail"]


def test_last_key_that_has_an_end_is_to_be_looked_at(doctor: Doctor) -> None:
    public_key_set(now=timezone.now())
    PlatformKey.objects.update(retires_at=timezone.now() + timedelta(days=1))

    [(health, message, _advice)] = doctor("platform_keys")

    assert (health, message) == ("warn", "Every platform key has an end, and none is there to follow.")


def test_key_from_the_future_is_to_be_looked_at(doctor: Doctor) -> None:
    public_key_set(now=timezone.now())
    PlatformKey.objects.update(signs_from=timezone.now() + timedelta(days=1))

    [(health, _message, advice)] = doctor("platform_keys")

    assert health == "warn"
    assert "NTP" in advice


# The keys of tools


def test_key_set_is_fetched_anew(doctor: Doctor, remote_tool: LtiTool, server: KeyServer) -> None:
    server.publish("one", "two")

    assert doctor("tool_keys") == [("pass", "Tool 'Quiz tool' (quiz): 2 keys can be used.", "")]
    assert doctor("tool_keys")
    assert server.count == 2


def test_key_server_that_refuses_fails(doctor: Doctor, remote_tool: LtiTool, server: KeyServer) -> None:
    server.status = 503

    [(health, message, advice)] = doctor("tool_keys")

    assert (health, message) == (
        "fail",
        "Tool 'Quiz tool' (quiz) gets no token, as its keys cannot be had: the server answers with status 503.",
    )
    assert advice == f"Look at {server.url} from this machine, and ask the tool's administrator."


def test_address_inside_the_network_is_not_fetched(
    doctor: Doctor, remote_tool: LtiTool, server: KeyServer, settings: Any
) -> None:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = False

    assert [health for health, _message, _advice in doctor("tool_keys")] == ["fail"]
    assert server.count == 0


def test_key_set_without_a_usable_key_fails(doctor: Doctor, remote_tool: LtiTool, server: KeyServer) -> None:
    server.keys = [public_jwk(rsa_key(), kid="one", use="enc")]

    [(health, message, _advice)] = doctor("tool_keys")

    assert (health, message) == ("fail", "Tool 'Quiz tool' (quiz): its key set holds no key that can be used.")


def test_stored_key_is_read(doctor: Doctor) -> None:
    tool = RegisteredTool.register("Quiz tool", client_id="quiz").tool
    assert doctor("tool_keys") == [("pass", "Tool 'Quiz tool' (quiz): 1 keys can be used.", "")]

    LtiTool.objects.filter(pk=tool.pk).update(public_key="nothing")

    [(health, _message, advice)] = doctor("tool_keys")
    assert (health, advice) == ("fail", "Store the tool's public key anew in the admin.")


def test_tools_that_are_switched_off_are_left_alone(doctor: Doctor) -> None:
    RegisteredTool.register("Quiz tool")
    LtiTool.objects.update(is_enabled=False)

    [(health, message, _advice)] = doctor("tool_keys")

    assert (health, message) == ("warn", "No tool is enabled.")
    assert cache.get("lti_ags:doctor:secrets:lms") is not None
