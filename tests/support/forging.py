"""Signed and unsigned JWTs made by hand, wrong in exactly one place."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.tools import RegisteredTool, rsa_key


def b64(data: bytes | str) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data.encode() if isinstance(data, str) else data).rstrip(b"=").decode()


def rs256(signed: str, key: rsa.RSAPrivateKey) -> bytes:
    return key.sign(signed.encode(), padding.PKCS1v15(), SHA256())


def compact(header: Any, claims: Any, *, key: rsa.RSAPrivateKey | None = None, signature: bytes | None = None) -> str:
    """A JWT of any header and claims (JSON values, or text as it is), signed as RS256 whatever the header says."""
    segments = [b64(part if isinstance(part, str | bytes) else json.dumps(part)) for part in (header, claims)]
    signed = ".".join(segments)
    if signature is None:
        signature = rs256(signed, key if key is not None else rsa_key())
    return f"{signed}.{b64(signature)}"


def by_the_tool(tool: RegisteredTool, *, header: Any = None, claims: Any = None) -> str:
    """Signed with the tool's own key: only what is given is wrong."""
    return compact(
        {"alg": "RS256", "typ": "JWT"} if header is None else header,
        tool.claims() if claims is None else claims,
        key=tool.private_key,
    )


def with_header(tool: RegisteredTool, **members: Any) -> str:
    return by_the_tool(tool, header={"alg": "RS256", "typ": "JWT", **members})


def with_signature(assertion: str, signature: bytes | str) -> str:
    signed = assertion.rpartition(".")[0]
    return f"{signed}.{signature if isinstance(signature, str) else b64(signature)}"


def signature_of(assertion: str) -> bytes:
    return base64.urlsafe_b64decode(assertion.rpartition(".")[2] + "==")


def elliptic_key(curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve or ec.SECP256R1())
