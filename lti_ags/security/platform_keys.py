"""
The key pairs with which the platform signs launches.

A key is published before it signs and stays published after it has signed, so that a tool which keeps our key set for
its ``max-age`` always has the key it needs (K-03). Private keys leave the database encrypted and are parsed once for
each process.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.db import transaction
from django.db.models import Q
from jwt.algorithms import RSAAlgorithm

from lti_ags.conf import AgsConfigurationError, app_settings
from lti_ags.exceptions import TransientPlatformError
from lti_ags.models import PlatformKey
from lti_ags.security.encryption import decrypt, encrypt, encrypt_again
from lti_ags.security.used_tokens import use_once

ALGORITHM: Final = "RS256"
KEY_BITS: Final = 2048
_PURPOSE: Final = "platform key"
_TRIES: Final = 3


def sign(claims: Mapping[str, Any], *, now: datetime) -> str:
    """
    Sign an LTI message; ``kid`` is in its header (L-11).

    Raises:
        AgsConfigurationError: the private key cannot be decrypted with the settings.
    """
    row = _signing_row(now=now)
    private_key = _private_key(bytes(row.private_key), tuple(app_settings.fernet_keys()))
    return jwt.encode(dict(claims), private_key, algorithm=ALGORITHM, headers={"kid": row.kid})


def public_key_set(*, now: datetime) -> dict[str, list[dict[str, str]]]:
    """Return the published keys, newest first: those that sign, will sign, or signed not long ago."""
    _signing_row(now=now)
    return {"keys": [row.public_jwk for row in _published(now=now)]}


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key in our key set. ``is_readable``: the settings decrypt its private half. ``retires_at``: None for no end."""

    kid: str
    signs_from: datetime
    retires_at: datetime | None
    is_readable: bool


def published_keys(*, now: datetime) -> list[PublishedKey]:
    """Return the published keys, newest first; unlike ``public_key_set``, it makes none."""
    return [
        PublishedKey(row.kid, row.signs_from, row.retires_at, is_readable=_is_readable(bytes(row.private_key)))
        for row in _published(now=now)
    ]


def _is_readable(ciphertext: bytes) -> bool:
    try:
        _private_key(ciphertext, tuple(app_settings.fernet_keys()))
    except (AgsConfigurationError, ValueError):
        return False
    return True


def rotate(*, now: datetime, at_once: bool = False) -> PlatformKey:
    """
    Publish a new key; it signs when every tool can know it, and the old ones go when nothing of theirs is in use.

    Also encrypts the keys that stay with the newest encryption key.

    Arguments:
        at_once: the new key signs now and the old ones are withdrawn now, for when one of them may be known to others.
    """
    old = _published(now=now).first()
    delay = timedelta(0) if at_once or old is None else _publication_delay()
    overlap = timedelta(0) if at_once else _overlap()
    row = _new_row(signs_from=now + delay)
    with transaction.atomic():
        row.save()
        others = PlatformKey.objects.exclude(pk=row.pk).filter(_is_published(now))
        for other in others.select_for_update():
            retires_at = now + delay + overlap
            other.retires_at = min(other.retires_at or retires_at, retires_at)
            if not at_once:
                other.private_key = encrypt_again(bytes(other.private_key))
            other.save()
        # What nobody verifies against any more needs no private half; the row keeps its kid from being used again.
        PlatformKey.objects.filter(retires_at__lte=now).update(private_key=b"")
    return row


def _publication_delay() -> timedelta:
    return timedelta(seconds=app_settings.seconds("LTI_AGS_JWKS_MAX_AGE_SECONDS"))


def _overlap() -> timedelta:
    """Return how long a key stays after its last signature: never less than what it signed is good for."""
    least = app_settings.seconds("LTI_AGS_JWKS_MAX_AGE_SECONDS") + app_settings.seconds(
        "LTI_AGS_ID_TOKEN_LIFETIME_SECONDS"
    )
    return timedelta(seconds=max(least, app_settings.seconds("LTI_AGS_KEY_OVERLAP_SECONDS")))


def _is_published(now: datetime) -> Q:
    return Q(retires_at__isnull=True) | Q(retires_at__gt=now)


def _published(*, now: datetime) -> Any:
    return PlatformKey.objects.filter(_is_published(now)).order_by("-signs_from", "-id")


def _signing_row(*, now: datetime) -> PlatformKey:
    """Return the newest key that may sign; make the first one when there is none."""
    for _ in range(_TRIES):
        row: PlatformKey | None = _published(now=now).filter(signs_from__lte=now).first()
        if row is not None:
            return row
        _create_first(now=now)
    raise TransientPlatformError("The platform's signing key is being made; try again.")


def _create_first(*, now: datetime) -> None:
    """Make a key that signs at once, unless another process is doing so: the first to take the turn makes it."""
    newest = PlatformKey.objects.order_by("-id").values_list("id", flat=True).first() or 0
    # From yesterday on, so that a process whose clock or request is a little behind takes it too.
    row = _new_row(signs_from=now - timedelta(days=1))
    with transaction.atomic():
        if use_once(purpose=_PURPOSE, owner="", token_id=str(newest), expires_at=now + timedelta(days=1)):
            row.save()


def _new_row(*, signs_from: datetime) -> PlatformKey:
    """Make a key pair, which takes a while, so not in a transaction; it is not saved yet."""
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    jwk = _public_jwk(private_key.public_key())
    return PlatformKey(kid=jwk["kid"], private_key=encrypt(pem), public_jwk=jwk, signs_from=signs_from)


def _public_jwk(key: rsa.RSAPublicKey) -> dict[str, str]:
    """Return the public key as a JSON Web Key named by its thumbprint (RFC 7638), so that no two keys share a name."""
    members = json.loads(RSAAlgorithm.to_jwk(key))
    named = {"e": members["e"], "kty": "RSA", "n": members["n"]}
    thumbprint = hashlib.sha256(json.dumps(named, sort_keys=True, separators=(",", ":")).encode()).digest()
    kid = base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode("ascii")
    return {**named, "alg": ALGORITHM, "use": "sig", "kid": kid}


@lru_cache(maxsize=8)
def _private_key(ciphertext: bytes, _encryption_keys: tuple[bytes, ...]) -> rsa.RSAPrivateKey:
    """Decrypt and parse. The result is kept for this process, until the row or the settings change."""
    key = load_pem_private_key(decrypt(ciphertext), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise AgsConfigurationError("A platform key in the database is not an RSA key.")
    return key
