"""
Invented people.

Their names are put together by chance from ``names.txt``: first names, an empty line, last names, all of them common
somewhere. Whoever bears one of them is not meant.
"""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_NAMES: Final = Path(__file__).with_name("names.txt")


@dataclass(frozen=True)
class Invented:
    """A person: what the platform calls them, and their name."""

    username: str
    full_name: str


def invent_people(count: int, *, chance: random.Random) -> list[Invented]:
    """Return people with names of their own; the same ones for the same ``chance``."""
    first_names, _empty, last_names = _NAMES.read_text(encoding="utf-8").partition("\n\n")
    people: dict[str, Invented] = {}
    while len(people) < count:
        first, last = chance.choice(first_names.split()), chance.choice(last_names.split())
        username = _plain(f"{first}_{last}")
        people.setdefault(username, Invented(username, f"{first} {last}"))
    return list(people.values())


def _plain(name: str) -> str:
    """Return a name in the letters that every keyboard has."""
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z_]", "", letters)
