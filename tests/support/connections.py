"""Connections in trouble."""

from __future__ import annotations

from typing import Any


class BrokenConnection:
    """A request's body that never arrives."""

    def read(self, *_args: Any) -> bytes:
        raise ConnectionResetError("gone")

    readline = read
