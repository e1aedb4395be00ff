"""The list of what the platform promises, read from ``items.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LIST: Final = Path(__file__).with_name("items.toml")


@dataclass(frozen=True)
class Item:
    """One promise. ``level`` and ``sources`` as ``items.toml`` explains them."""

    id: str
    level: str
    sources: str
    promise: str


@dataclass(frozen=True)
class Section:
    """Promises about one thing."""

    title: str
    items: Sequence[Item]


def read_sections() -> list[Section]:
    """Return the whole list, in its order."""
    table = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return [Section(section["title"], [Item(*item) for item in section["items"]]) for section in table["section"]]


def read_items() -> dict[str, Item]:
    """Return every item by its id."""
    return {item.id: item for section in read_sections() for item in section.items}
