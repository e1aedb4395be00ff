"""The tool's RSA key: new at each start, and left in the tool's folder for whoever may speak in its name."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sandbox.tool.settings import TOOL_FOLDER

KEY_FILE: Final = "private_key.pem"


@dataclass(frozen=True)
class ToolKey:
    """Both halves of the key, as PEM."""

    private_pem: str
    public_pem: str


@functools.cache
def tool_key() -> ToolKey:
    """Return the key of this process, which makes one when it first needs it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public_pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    _write_private(TOOL_FOLDER / KEY_FILE, private_pem)
    return ToolKey(private_pem, public_pem)


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
