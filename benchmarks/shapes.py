"""Statements without their values."""

from __future__ import annotations

import re
from typing import Final

_VALUE: Final = re.compile(r"'(?:[^']|'')*'(?:::\w+)?|\b[0-9]+(?:\.[0-9]+)?\b|\b(?:NULL|true|false)\b", re.IGNORECASE)


def shape_of(statement: str) -> str:
    """Return a statement without its values, so that two executions of one statement are the same."""
    return _VALUE.sub("?", statement)
