"""The platform's signing keys: made at first need, published before they sign, kept secret (K-01 to K-03)."""

from __future__ import annotations

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lti_ags.conf import AgsConfigurationError
from lti_ags.models import PlatformKey, UsedToken
from lti_ags.security.encryption import decrypt, encrypt
from lti_ags.security.platform_keys import public_key_set, rotate, sign
from tests.support.databases import failing_statements
from tests.support.secret_lists import NEW, OLD

pytestmark = pytest.mark.django_db
JWKS = "/api/lti_ags/v1/jwks"
HOUR = timedelta(hours=1)


def kid_of(token: str) -> str:
    kid: str = jwt.get_unverified_header(token)["kid"]
    return kid


def verified(token: str, key_set: dict[str, Any]) -> dict[str, Any]:
    """Check a signature the way a tool does: by the key that the header names."""
    key = jwt.PyJWKSet.from_dict(key_set)[kid_of(token)].key
    claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options={"verify_aud": False})
    return claims


def kids(now: datetime) -> list[str]:
    return [key["kid"] for key in public_key_set(now=now)["keys"]]


@pytest.mark.conformance("K-01", "L-11")
def test_signature_is_verified_with_the_published_key(client: Client) -> None:
    token = sign({"sub": "a", "n": 0}, now=timezone.now())

    response = client.get(JWKS)

    assert verified(token, response.json()) == {"sub": "a", "n": 0}
    assert jwt.get_unverified_header(token)["alg"] == "RS256"


def test_key_set_waits_for_a_database_that_is_away(client: Client) -> None:
    with failing_statements("lti_ags_platformkey"):
        response = client.get(JWKS)

    assert response.status_code == 503
    assert response.json() == {"code": "temporarily_unavailable", "message": "The platform is busy; try again."}
    assert int(response["Retry-After"]) > 0
    assert "no-store" in response["Cache-Control"]


@pytest.mark.conformance("K-01", "K-04")
def test_key_set_holds_public_members_only_and_may_be_cached(client: Client) -> None:
    response = client.get(JWKS)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "public, max-age=3600"
    (key,) = response.json()["keys"]
    assert set(key) == {"kty", "n", "e", "alg", "use", "kid"}
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")


@pytest.mark.conformance("G-05")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_key_set_can_only_be_read(method: str, client: Client) -> None:
    response = client.generic(method, JWKS)

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response.json()["code"] == "method_not_allowed"


def test_key_set_is_served_with_a_slash_and_to_head(client: Client) -> None:
    assert client.get(f"{JWKS}/").status_code == 200
    assert client.head(JWKS).status_code == 200


def test_key_is_made_once(client: Client) -> None:
    for _ in range(3):
        client.get(JWKS)
        sign({}, now=timezone.now())

    assert PlatformKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_first_needs_at_once_make_one_key() -> None:
    together = threading.Barrier(6)

    def need(_: int) -> str:
        together.wait()
        try:
            return kid_of(sign({}, now=timezone.now()))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        used = set(pool.map(need, range(6)))

    assert len(used) == PlatformKey.objects.count() == 1


def test_request_that_began_before_the_key_was_made_uses_it_too() -> None:
    early = timezone.now() - timedelta(seconds=30)
    first = kid_of(sign({}, now=timezone.now()))

    assert kid_of(sign({}, now=early)) == first


def test_signing_is_one_select() -> None:
    sign({}, now=timezone.now())

    with CaptureQueriesContext(connection) as queries:
        sign({}, now=timezone.now())

    assert len(queries) == 1


@pytest.mark.conformance("K-03")
def test_new_key_is_published_at_once_and_signs_when_every_tool_can_know_it() -> None:
    now = timezone.now()
    old = kid_of(sign({}, now=now))

    new = rotate(now=now).kid

    assert kids(now) == [new, old]
    assert kid_of(sign({}, now=now)) == old
    assert kid_of(sign({}, now=now + timedelta(seconds=3599))) == old
    assert kid_of(sign({}, now=now + timedelta(seconds=3600))) == new


@pytest.mark.conformance("K-03")
def test_old_key_stays_for_the_overlap_and_then_goes() -> None:
    now = timezone.now()
    old = kid_of(sign({}, now=now))
    new = rotate(now=now).kid
    end = now + HOUR + timedelta(days=7)

    assert old in kids(end - timedelta(seconds=1))
    assert kids(end) == [new]


def test_overlap_is_never_shorter_than_what_was_signed_is_good_for(settings: Any) -> None:
    settings.LTI_AGS_KEY_OVERLAP_SECONDS = 0
    now = timezone.now()
    old = kid_of(sign({}, now=now))
    rotate(now=now)

    assert old in kids(now + HOUR + timedelta(seconds=3600 + 299))


def test_what_was_signed_before_and_during_rotations_can_be_verified(client: Client) -> None:
    now = timezone.now()
    tokens = [sign({"n": 0}, now=now)]
    for number in range(1, 4):
        rotate(now=now + number * 3 * HOUR)
        tokens += [sign({"n": number}, now=now + number * 3 * HOUR + late) for late in (HOUR / 2, HOUR, 2 * HOUR)]

    key_set = public_key_set(now=now + 12 * HOUR)

    assert len({kid_of(token) for token in tokens}) == len(key_set["keys"]) == 4
    assert [verified(token, key_set)["n"] for token in tokens] == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3]


@pytest.mark.conformance("K-02")
def test_kid_is_the_thumbprint_and_is_kept_when_the_key_is_gone() -> None:
    now = timezone.now()
    old = kid_of(sign({}, now=now))
    rotate(now=now, at_once=True)

    row = PlatformKey.objects.get(kid=old)

    assert len(old) == 43
    assert bytes(row.private_key) == b""
    assert old not in kids(now)


@pytest.mark.conformance("K-05", "K-02")
def test_each_platform_makes_a_key_of_its_own(client: Client) -> None:
    [first] = client.get(JWKS).json()["keys"]
    # As another platform's database is at its beginning.
    PlatformKey.objects.all().delete()
    UsedToken.objects.all().delete()

    [second] = client.get(JWKS).json()["keys"]

    assert first["n"] != second["n"]
    assert first["kid"] != second["kid"]


def test_key_set_is_asked_for_again_while_another_process_makes_the_first_key(client: Client) -> None:
    client.get(JWKS)
    # The turn is taken, and the key is not there yet.
    PlatformKey.objects.all().delete()

    response = client.get(JWKS)

    assert (response.status_code, response.json()["code"]) == (503, "temporarily_unavailable")
    assert response["Retry-After"] == "1"


def test_rotation_at_once_signs_at_once_and_withdraws() -> None:
    now = timezone.now()
    old = kid_of(sign({}, now=now))

    new = rotate(now=now, at_once=True).kid

    assert new != old
    assert kids(now) == [new]
    assert kid_of(sign({}, now=now)) == new


def test_rotation_before_any_key_makes_one_that_signs_at_once() -> None:
    now = timezone.now()

    new = rotate(now=now).kid

    assert kid_of(sign({}, now=now)) == new


def test_private_key_is_encrypted_in_the_database() -> None:
    sign({}, now=timezone.now())
    stored = bytes(PlatformKey.objects.get().private_key)

    assert b"PRIVATE" not in stored
    assert load_pem_private_key(decrypt(stored), password=None).key_size == 2048  # type: ignore[union-attr]  # it is RSA


def test_private_key_is_encrypted_again_with_the_newest_key(settings: Any) -> None:
    settings.LTI_AGS_ENCRYPTION_KEYS = [OLD]
    now = timezone.now()
    old = kid_of(sign({}, now=now))

    settings.LTI_AGS_ENCRYPTION_KEYS = [NEW, OLD]
    assert kid_of(sign({}, now=now)) == old
    rotate(now=now)

    settings.LTI_AGS_ENCRYPTION_KEYS = [NEW]
    assert kid_of(sign({}, now=now)) == old


def test_lost_encryption_key_is_said_plainly_and_can_be_mended(settings: Any, client: Client) -> None:
    settings.LTI_AGS_ENCRYPTION_KEYS = [OLD]
    now = timezone.now()
    sign({}, now=now)
    settings.LTI_AGS_ENCRYPTION_KEYS = [NEW]

    with pytest.raises(AgsConfigurationError, match="LTI_AGS_ENCRYPTION_KEYS"):
        sign({}, now=now)
    with pytest.raises(CommandError, match="--at-once"):
        call_command("lti_ags_rotate_keys")
    assert client.get(JWKS).status_code == 200
    assert PlatformKey.objects.count() == 1

    call_command("lti_ags_rotate_keys", "--at-once", stdout=StringIO())
    assert verified(sign({"n": 1}, now=timezone.now()), client.get(JWKS).json()) == {"n": 1}


def test_key_of_another_kind_in_the_database_signs_nothing() -> None:
    now = timezone.now()
    sign({}, now=now)
    other = ec.generate_private_key(ec.SECP256R1())
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    PlatformKey.objects.update(private_key=encrypt(pem))

    with pytest.raises(AgsConfigurationError, match="not an RSA key"):
        sign({}, now=now)


def test_command_tells_which_key_signs_from_when() -> None:
    now = timezone.now()
    old = kid_of(sign({}, now=now))
    out = StringIO()

    call_command("lti_ags_rotate_keys", stdout=out)

    new_line, old_line = out.getvalue().splitlines()
    assert new_line.startswith("new  ")
    assert "no end" in new_line
    assert old in old_line
    assert "withdrawn from" in old_line


def test_nothing_of_a_private_key_is_logged_or_shown(
    caplog: pytest.LogCaptureFixture, admin_client: Client, client: Client
) -> None:
    caplog.set_level(logging.DEBUG)
    sign({}, now=timezone.now())
    out = StringIO()
    call_command("lti_ags_rotate_keys", stdout=out)
    row = PlatformKey.objects.first()
    assert row is not None

    pages = [
        admin_client.get("/admin/lti_ags/platformkey/"),
        admin_client.get(f"/admin/lti_ags/platformkey/{row.pk}/change/"),
        client.get(JWKS),
    ]

    shown = out.getvalue() + caplog.text + "".join(page.content.decode() for page in pages) + repr(row) + str(row)
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert row.kid in pages[1].content.decode()
    assert bytes(row.private_key).decode() not in shown
    assert "PRIVATE KEY" not in shown
    assert '"d"' not in shown


@pytest.mark.parametrize("page", ["add/", "{pk}/delete/"])
def test_operator_cannot_make_or_delete_keys_by_hand(page: str, admin_client: Client) -> None:
    sign({}, now=timezone.now())
    row = PlatformKey.objects.get()

    response = admin_client.post(f"/admin/lti_ags/platformkey/{page.format(pk=row.pk)}", {"post": "yes"})

    assert response.status_code == 403
    assert PlatformKey.objects.count() == 1


def test_token_request_needs_no_platform_key(client: Client, tool: Any) -> None:
    tool.token(client)

    assert PlatformKey.objects.count() == 0
    assert UsedToken.objects.count() == 1


def test_key_set_is_json_that_any_client_reads(client: Client) -> None:
    assert list(json.loads(client.get(JWKS).content)) == ["keys"]
