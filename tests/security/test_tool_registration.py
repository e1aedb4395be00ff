"""What a registration must be like, by service, command and admin."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.management import CommandError, call_command
from django.test import Client

from lti_ags.constants import GradingMode, Scope
from lti_ags.exceptions import MalformedRequest
from lti_ags.models import LtiTool, LtiToolAvailability
from lti_ags.services.addresses import authorize_url, jwks_url, line_item_url, line_items_url, token_url
from lti_ags.services.tools import make_available, set_enabled, tools_of_course
from tests.support.tools import RegisteredTool, public_jwk, public_pem, register, rsa_key

pytestmark = pytest.mark.django_db

GOOD: Final[dict[str, Any]] = {
    "name": "Quiz tool",
    "oidc_login_url": "https://tool.example/login",
    "launch_url": "https://tool.example/launch",
    "redirect_uris": ["https://tool.example/launch", "https://tool.example/deep?x=1"],
    "jwks_url": "https://tool.example/jwks",
}
COURSE: Final = "course-v1:Org+Course+Run"


def pem_of(key: Any) -> str:
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


def public_of(key: Any) -> str:
    return text_of(key.public_key())


def text_of(key: Any) -> str:
    pem: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def refusal(**changes: Any) -> MalformedRequest:
    with pytest.raises(MalformedRequest) as caught:
        register(**{**GOOD, **changes})
    assert LtiTool.objects.count() == 0
    return caught.value


@pytest.mark.conformance("R-01", "R-03")
def test_registered_tool_is_stored_with_ids_of_its_own() -> None:
    first, second = register(**GOOD), register(**GOOD)

    first.refresh_from_db()
    assert (first.name, first.launch_url, first.jwks_url) == ("Quiz tool", GOOD["launch_url"], GOOD["jwks_url"])
    assert first.redirect_uris == GOOD["redirect_uris"]
    assert first.grading_mode_ceiling == GradingMode.PROGRAMMATIC
    assert first.is_enabled
    ids = {first.client_id, first.deployment_id, second.client_id, second.deployment_id}
    assert len(ids) == 4
    assert LtiToolAvailability.objects.count() == 0


def test_blanks_around_values_are_dropped() -> None:
    tool = register(**{**GOOD, "name": " Quiz ", "launch_url": " https://tool.example/ \n"})

    assert (tool.name, tool.launch_url) == ("Quiz", "https://tool.example/")


def test_tool_without_redirect_uris_may_be_launched_at_its_launch_url_alone() -> None:
    assert register(**{**GOOD, "redirect_uris": []}).redirect_uris == [GOOD["launch_url"]]


@pytest.mark.parametrize("field", ["oidc_login_url", "launch_url", "redirect_uris", "jwks_url"])
@pytest.mark.parametrize(
    "url",
    [
        "http://tool.example/x",
        "ftp://tool.example/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "//tool.example/x",
        "/x",
        "tool.example/x",
        "https://",
        "https:///x",
        "https://tool.example/x#fragment",
        "https://tool.example/x#",
        "https://user:secret@tool.example/x",
        "https://user@tool.example/x",
        "https://tool.example:99999/x",
        "https://tool.example:port/x",
        "https://[::1/x",
        "https://tool.example/a b",
        "https://tool.example/\x00",
        "https://tool.example/a\nb",
        "https://tööl.example/x",
        'https://tool.example/"onload=',
        "https://tool.example\\@evil.example/",
        "https://tool.example/" + "a" * 2000,
        "http://localhost.evil.example/x",
        "http://127.0.0.1.evil.example/x",
        "http://10.0.0.1/x",
    ],
)
def test_address_that_a_browser_or_fetch_must_not_follow_is_refused(field: str, url: str) -> None:
    error = refusal(**{field: [url] if field == "redirect_uris" else url})

    assert error.field == field
    assert "secret" not in error.message


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "[::1]", "localhost:9000"])
def test_plain_http_is_for_tools_on_this_machine(host: str) -> None:
    tool = register(**{**GOOD, "launch_url": f"http://{host}/launch"})

    assert tool.launch_url == f"http://{host}/launch"


def test_plain_http_elsewhere_needs_the_setting(settings: Any) -> None:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = True

    assert register(**{**GOOD, "jwks_url": "http://tool.internal/jwks"}).pk is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "a" * 256}, "name"),
        ({"name": "a\0"}, "name"),
        ({"oidc_login_url": ""}, "oidc_login_url"),
        ({"redirect_uris": [""]}, "redirect_uris"),
        ({"redirect_uris": [f"https://tool.example/{number}" for number in range(51)]}, "redirect_uris"),
        ({"jwks_url": ""}, "jwks_url"),
        ({"public_key": "key"}, "jwks_url"),
        ({"grading_mode_ceiling": "everything"}, "grading_mode_ceiling"),
        ({"client_id": "a b"}, "client_id"),
        ({"client_id": "é"}, "client_id"),
        ({"client_id": "a\0"}, "client_id"),
        ({"client_id": "a" * 256}, "client_id"),
        ({"deployment_id": "\n"}, "deployment_id"),
        ({"orgs": [""]}, "orgs"),
        ({"orgs": ["a" * 256]}, "orgs"),
        ({"courses": ["no course"]}, "courses"),
        ({"courses": [""]}, "courses"),
        ({"courses": ["library-v1:Org+Lib"]}, "courses"),
        ({"courses": ["lib:Org:Lib"]}, "courses"),
        ({"courses": [COURSE + "a" * 255]}, "courses"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_refusal_names_the_field(changes: dict[str, Any], field: str) -> None:
    assert refusal(**changes).field == field


def test_taken_client_id_is_refused_whole() -> None:
    register(**GOOD, client_id="mine")

    with pytest.raises(MalformedRequest, match="registered already"):
        register(**GOOD, client_id="mine", everywhere=True)
    assert LtiTool.objects.count() == 1
    assert LtiToolAvailability.objects.count() == 0


# --- Public keys ---------------------------------------------------------------------------------------------------


def with_key(text: str) -> dict[str, Any]:
    return {"jwks_url": "", "public_key": text}


@pytest.mark.parametrize(
    "text",
    [
        public_pem(rsa_key()),
        "\n\n" + public_pem(rsa_key()).replace("\n", "\r\n") + "\n",
        rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode(),
        json.dumps(public_jwk(rsa_key())),
        json.dumps({"keys": [public_jwk(rsa_key(), kid="a"), {"kty": "oct2"}]}),
        public_of(ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=["pem", "pem-with-blanks", "pkcs1", "jwk", "key-set", "elliptic"],
)
def test_public_key_may_come_in_several_forms(text: str) -> None:
    assert register(**{**GOOD, **with_key(text)}).jwks_url == ""


PRIVATE_JWK: Final = {**public_jwk(rsa_key()), "d": "c2VjcmV0LXNlY3JldA"}
SHORT_KEY: Final = rsa.generate_private_key(65537, 1024)  # noqa: S505 - to be refused
LONG_KEY: Final = rsa.RSAPublicNumbers(65537, 2**8200 + 1)
LARGE_EXPONENT: Final = rsa.RSAPublicNumbers(2**32 + 1, rsa_key().public_key().public_numbers().n)
KEYS_REFUSED: Final = {
    "private-pem": pem_of(rsa_key()),
    "private-pkcs1": rsa_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode(),
    "private-jwk": json.dumps(PRIVATE_JWK),
    "private-key-in-a-set": json.dumps({"keys": [public_jwk(rsa_key(1), kid="b"), PRIVATE_JWK]}),
    "shared-secret": json.dumps({"kty": "oct", "k": "c2VjcmV0LXNlY3JldA"}),
    "short-rsa": public_of(SHORT_KEY),
    "long-rsa": text_of(LONG_KEY.public_key()),
    "large-exponent": text_of(LARGE_EXPONENT.public_key()),
    "short-rsa-jwk": json.dumps(public_jwk(SHORT_KEY)),
    "ed25519": public_of(ed25519.Ed25519PrivateKey.generate()),
    "wrong-curve": public_of(ec.generate_private_key(ec.SECP256K1())),
    "ssh": rsa_key().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(),
    "damaged-pem": public_pem(rsa_key())[:200],
    "words": "my key",
    "damaged-json": '{"kty": "RSA"',
    "deep-json": '{"a":' * 5000,
    "key-set-of-nothing": '{"keys": []}',
    "key-set-of-no-list": '{"keys": 7}',
    "for-encryption": json.dumps({**public_jwk(rsa_key()), "use": "enc"}),
    "very-long": "{" + "a" * 70_000,
    "lone-surrogate": "\ud800",
}


@pytest.mark.parametrize("name", KEYS_REFUSED)
def test_key_that_cannot_be_used_is_refused_and_never_repeated(name: str) -> None:
    text = KEYS_REFUSED[name]

    error = refusal(**with_key(text))

    assert error.field == "public_key"
    assert "c2VjcmV0" not in error.message
    assert text[40:60] not in error.message or len(text) < 60
    assert error.__cause__ is None
    if name.startswith("private"):
        assert "must not be used any more" in error.message


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("short-rsa", "1024 bits is too short; at least 2048"),
        ("long-rsa", "8201 bits is too long; at most 8192"),
        ("large-exponent", "exponent is too large"),
    ],
)
def test_size_that_is_refused_is_told(name: str, reason: str) -> None:
    assert reason in refusal(**with_key(KEYS_REFUSED[name])).message


def test_text_longer_than_any_key_is_not_even_read() -> None:
    assert "at most 65536 characters" in refusal(**with_key(KEYS_REFUSED["very-long"])).message


# --- Where a tool may be used --------------------------------------------------------------------------------------


def test_tools_of_a_course_are_those_of_the_site_its_organisation_and_itself() -> None:
    everywhere = RegisteredTool.register("D everywhere", everywhere=True)
    by_org = RegisteredTool.register("c org", orgs=["Org"])
    by_course = RegisteredTool.register("B course", courses=[COURSE])
    RegisteredTool.register("nowhere", orgs=[])
    RegisteredTool.register("other org", orgs=["Org2", "org"])
    RegisteredTool.register("other course", courses=["course-v1:Org+Course+run"])
    disabled = RegisteredTool.register("disabled", everywhere=True)
    set_enabled([disabled.tool], is_enabled=False)

    assert tools_of_course(COURSE) == [by_course.tool, by_org.tool, everywhere.tool]


def test_place_may_be_said_twice(tool: RegisteredTool) -> None:
    make_available(tool.tool, courses=[COURSE, COURSE], everywhere=True)
    make_available(tool.tool, courses=[COURSE])

    assert sorted(str(row) for row in LtiToolAvailability.objects.all()) == ["*", f"course:{COURSE}"]


# --- Command -------------------------------------------------------------------------------------------------------

ARGUMENTS: Final = (
    "--name=Quiz tool",
    "--login-url=https://tool.example/login",
    "--launch-url=https://tool.example/launch",
)


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("lti_ags_register_tool", *ARGUMENTS, *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_command_says_that_a_tool_without_a_place_can_be_used_by_nobody() -> None:
    said = io.StringIO()

    call_command("lti_ags_register_tool", *ARGUMENTS, "--jwks-url=https://tool.example/jwks", stderr=said)

    assert "No author can use the tool yet" in said.getvalue()
    assert LtiToolAvailability.objects.count() == 0


@pytest.mark.conformance("R-02")
def test_command_prints_what_the_tool_needs_for_a_shell() -> None:
    printed = command("--jwks-url=https://tool.example/jwks", "--everywhere", "--format=env")

    tool = LtiTool.objects.get()
    assert dict(line.split("=", 1) for line in printed.splitlines()) == {
        "ISSUER": "http://127.0.0.1:8000",
        "AUTH_LOGIN_URL": "http://127.0.0.1:8000/api/lti_ags/v1/launch/authorize",
        "TOKEN_URL": "http://127.0.0.1:8000/api/lti_ags/v1/token",
        "JWKS_URL": "http://127.0.0.1:8000/api/lti_ags/v1/jwks",
        "CLIENT_ID": tool.client_id,
        "DEPLOYMENT_ID": tool.deployment_id,
        "TOOL_UUID": str(tool.uuid),
    }
    assert tool.redirect_uris == ["https://tool.example/launch"]


def test_command_prints_json_and_text() -> None:
    as_json = json.loads(command("--jwks-url=https://tool.example/jwks", "--org=Org", "--format=json"))
    as_text = command("--jwks-url=https://tool.example/jwks", f"--course={COURSE}")

    assert as_json["token_url"] == token_url()
    assert re.search(rf"^Access token URL +{re.escape(token_url())}$", as_text, re.MULTILINE)


def test_command_takes_every_choice(tmp_path: Path, client: Client) -> None:
    key_file = tmp_path / "key.pem"
    key_file.write_text(public_pem(rsa_key()))

    command(
        f"--public-key={key_file}",
        "--redirect-uri=https://tool.example/a",
        "--redirect-uri=https://tool.example/b",
        "--org=Org",
        f"--course={COURSE}",
        "--ceiling=declarative",
        "--client-id=mine",
        "--deployment-id=1",
    )

    row = LtiTool.objects.get()
    assert row.redirect_uris == ["https://tool.example/a", "https://tool.example/b"]
    assert (row.client_id, row.deployment_id, row.grading_mode_ceiling) == ("mine", "1", "declarative")
    assert LtiToolAvailability.objects.count() == 2
    assert RegisteredTool(row, rsa_key()).request_token(client, [Scope.SCORE]).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--jwks-url=http://tool.example/jwks"], "--jwks-url: "),
        (["--jwks-url=https://tool.example/jwks", "--redirect-uri=x"], "--redirect-uri: "),
        (["--jwks-url=https://tool.example/jwks", "--course=x"], "--course: "),
        (["--public-key=does-not-exist.pem"], "--public-key: the file"),
        (["--public-key=setup.py"], "--public-key: "),
        ([], "--jwks-url --public-key is required"),
        (["--jwks-url=https://tool.example/jwks", "--public-key=a"], "not allowed with"),
        (["--jwks-url=https://tool.example/jwks", "--ceiling=x"], "--ceiling"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else "",
)
def test_command_names_the_option_at_fault(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError) as caught:
        command(*arguments)

    assert words in str(caught.value)
    assert LtiTool.objects.count() == 0


# --- Addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.conformance("G-02")
@pytest.mark.parametrize("root", ["https://lms.example", "https://lms.example/"])
def test_addresses_come_from_the_root_url_and_have_no_slash_at_the_end(root: str, settings: Any) -> None:
    settings.LMS_ROOT_URL = root

    assert [token_url(), jwks_url(), authorize_url(), line_items_url("u"), line_item_url(7)] == [
        "https://lms.example/api/lti_ags/v1/token",
        "https://lms.example/api/lti_ags/v1/jwks",
        "https://lms.example/api/lti_ags/v1/launch/authorize",
        "https://lms.example/api/lti_ags/v1/contexts/u/line_items",
        "https://lms.example/api/lti_ags/v1/line_items/7",
    ]
