"""The tool at the other end: the same key, the same messages, whoever is measured."""

from __future__ import annotations

import functools
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from benchmarks.places import BUILD

CLIENT_ID = "benchmark-tool"
KEY_FILE = BUILD / "tool.pem"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
FORM_TYPE = "application/x-www-form-urlencoded"
SCORE_MAXIMUM = 100
SCOPES = tuple(
    f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}"
    for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")
)

_LEARNERS = uuid.UUID("7f0e2c1a-0000-4000-8000-000000000000").int
_FIRST_MESSAGE_AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Message:
    """One score: for which learner, how many points of 100, and when."""

    learner: int
    points: int
    number: int

    @property
    def user_id(self) -> str:
        """The learner's id."""
        return learner_id(self.learner)

    @property
    def timestamp(self) -> datetime:
        """When it was given: each message is a second later than the one before."""
        return _FIRST_MESSAGE_AT + timedelta(seconds=self.number)

    def body(self) -> bytes:
        """Return the message as a tool writes it."""
        members = {
            "userId": self.user_id,
            "scoreGiven": self.points,
            "scoreMaximum": SCORE_MAXIMUM,
            "comment": "Well argued.",
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "timestamp": self.timestamp.isoformat(),
        }
        return json.dumps(members).encode()


def learner_id(number: int) -> str:
    """Return the id by which the tool knows a learner."""
    return str(uuid.UUID(int=_LEARNERS + number))


def points_of(number: int) -> int:
    """Return the points that a learner is given the first time, the same with every contestant."""
    return number * 7 % (SCORE_MAXIMUM + 1)


def make_key() -> None:
    """Make the tool's key, once."""
    if not KEY_FILE.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        KEY_FILE.parent.mkdir(parents=True, exist_ok=True)
        KEY_FILE.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@functools.cache
def private_key(path: Path = KEY_FILE) -> rsa.RSAPrivateKey:
    """Return the tool's key."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def public_key_pem() -> str:
    """Return the public half, as it is registered with each platform."""
    return private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def token_form(audience: str, *, client_id: str = CLIENT_ID) -> bytes:
    """Return the body of a token request, with a new assertion."""
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now - 5,
        "exp": now + 600,
        "jti": str(uuid.uuid4()),
    }
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode(claims, private_key(), algorithm="RS256"),
        "scope": " ".join(SCOPES),
    }
    return urlencode(form).encode()


if __name__ == "__main__":
    make_key()
