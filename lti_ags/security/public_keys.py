"""
Public keys of tools: which ones we take, and in which forms.

A key is bound to the algorithms of its type, so that a token's header can choose among them but never outside (K-09).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.utils.translation import gettext_noop as _
from jwt import get_algorithm_by_name
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from lti_ags.security.reasons import ReasonedError

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

RSA_ALGORITHMS: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
#: RFC 7518 section 3.4 binds each algorithm to one curve.
CURVE_OF_ALGORITHM: Final[Mapping[str, str]] = {"ES256": "secp256r1", "ES384": "secp384r1", "ES512": "secp521r1"}
ALGORITHMS: Final = RSA_ALGORITHMS | CURVE_OF_ALGORITHM.keys()

MIN_RSA_BITS: Final = 2048
#: The work of a verification grows with the square of the size.
MAX_RSA_BITS: Final = 8192
MAX_RSA_EXPONENT: Final = 2**32
MAX_KEYS: Final = 100
_PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class UnusableKey(ReasonedError, ValueError):
    """Why a key cannot be used, in words that hold nothing of the key."""


class PrivateKeyGiven(UnusableKey):
    """A private or shared key came where a public one belongs."""


@dataclass(frozen=True, slots=True)
class ToolKey:
    """
    One public key of a tool.

    ``kid``: None when the key has no name. ``algorithm``: the only one that the key is for, None when it names none.
    """

    key: PublicKey
    kid: str | None = None
    algorithm: str | None = None

    def is_for(self, algorithm: str) -> bool:
        """Whether a signature by ``algorithm`` may be checked with this key."""
        if self.algorithm is not None and self.algorithm != algorithm:
            return False
        if isinstance(self.key, rsa.RSAPublicKey):
            return algorithm in RSA_ALGORITHMS
        return CURVE_OF_ALGORITHM.get(algorithm) == self.key.curve.name

    def verifies(self, signed: bytes, *, signature: bytes, algorithm: str) -> bool:
        """Whether ``signature`` by ``algorithm``, for which this key is, belongs to ``signed``."""
        return bool(get_algorithm_by_name(algorithm).verify(signed, self.key, signature))


def require_strength(key: object) -> PublicKey:
    """
    Return the key if it is of a type and size that we take.

    Raises:
        UnusableKey: it is not.
    """
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < MIN_RSA_BITS:
            raise UnusableKey(
                _("an RSA key of {bits} bits is too short; at least {limit} are needed"),
                bits=key.key_size,
                limit=MIN_RSA_BITS,
            )
        if key.key_size > MAX_RSA_BITS:
            raise UnusableKey(
                _("an RSA key of {bits} bits is too long; at most {limit} are taken"),
                bits=key.key_size,
                limit=MAX_RSA_BITS,
            )
        if key.public_numbers().e > MAX_RSA_EXPONENT:
            raise UnusableKey(_("the RSA key's public exponent is too large"))
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVE_OF_ALGORITHM.values():
        return key
    raise UnusableKey(_("an RSA key, or an elliptic curve key on P-256, P-384 or P-521, is needed"))


def key_from_jwk(jwk: Any) -> ToolKey:
    """
    Read one JSON Web Key (RFC 7517).

    Raises:
        UnusableKey: not a public key for signatures by an algorithm that we take.
    """
    if not isinstance(jwk, Mapping):
        raise UnusableKey(_("a key in the set is not a JSON object"))
    if _PRIVATE_MEMBERS & jwk.keys():
        raise PrivateKeyGiven(_("a key in the set has private members; it must not be used any more"))
    algorithm, kid = jwk.get("alg"), jwk.get("kid")
    if jwk.get("use", "sig") != "sig" or "verify" not in _operations(jwk):
        raise UnusableKey(_("a key in the set is not for signatures"))
    if algorithm is not None and (not isinstance(algorithm, str) or algorithm not in ALGORITHMS):
        raise UnusableKey(_("a key in the set is for an algorithm that is not taken here"))
    if kid is not None and not isinstance(kid, str):
        raise UnusableKey(_("the kid of a key in the set is not a string"))
    return ToolKey(require_strength(_key_of_jwk(dict(jwk))), kid=kid, algorithm=algorithm)


def _operations(jwk: Mapping[str, Any]) -> Sequence[object]:
    operations = jwk.get("key_ops", ["verify"])
    return operations if isinstance(operations, list) else []


def _key_of_jwk(jwk: dict[str, Any]) -> object:
    reader = {"RSA": RSAAlgorithm.from_jwk, "EC": ECAlgorithm.from_jwk}.get(str(jwk.get("kty")))
    if reader is None:
        raise UnusableKey(_("a key in the set is neither RSA nor EC"))
    try:
        return reader(jwk)
    except (InvalidKeyError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnusableKey(_("a key in the set has damaged members")) from error


def usable_keys(key_set: Any) -> tuple[ToolKey, ...]:
    """
    Return the keys of a JSON Web Key Set that we can use; the others are passed over (RFC 7517 section 5).

    Raises:
        UnusableKey: this is not a key set at all.
    """
    members = key_set.get("keys") if isinstance(key_set, Mapping) else None
    if not isinstance(members, list):
        raise UnusableKey(_('a key set is a JSON object with a list "keys"'))
    found = []
    for jwk in members[:MAX_KEYS]:
        try:
            found.append(key_from_jwk(jwk))
        except UnusableKey:
            continue
    return tuple(found)


def choose_key(keys: Sequence[ToolKey], *, kid: str | None, algorithm: str) -> ToolKey | None:
    """Return the key of that name, or without a name the only one, among those that are for the algorithm (K-08)."""
    fitting = [key for key in keys if key.is_for(algorithm) and (kid is None or key.kid == kid)]
    return fitting[0] if len(fitting) == 1 or (fitting and kid is not None) else None


@lru_cache(maxsize=512)
def keys_from_text(text: str) -> tuple[ToolKey, ...]:
    """
    Read a stored public key: PEM, one JSON Web Key, or a key set. The result is kept, so each text is parsed once.

    Raises:
        UnusableKey: nothing in it can be used.
    """
    text = text.strip()
    if "PRIVATE KEY" in text:
        raise PrivateKeyGiven(
            _("this is a private key; the public key is needed, and this one must not be used any more")
        )
    if not text.startswith("{"):
        return (ToolKey(_key_of_pem(text)),)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableKey(_("this starts like JSON but is damaged")) from error
    if "keys" not in value:
        return (key_from_jwk(value),)
    for jwk in value["keys"] if isinstance(value["keys"], list) else ():
        if isinstance(jwk, Mapping) and _PRIVATE_MEMBERS & jwk.keys():
            raise PrivateKeyGiven(_("a key in the set has private members; it must not be used any more"))
    keys = usable_keys(value)
    if not keys:
        raise UnusableKey(_("no key in the set can be used"))
    return keys


def _key_of_pem(text: str) -> PublicKey:
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnusableKey(
            _('a public key in PEM ("-----BEGIN PUBLIC KEY-----"), a JSON Web Key or a key set is needed')
        ) from error
    return require_strength(key)
