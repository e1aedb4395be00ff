"""A bar chart as SVG, readable in light and dark."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

_WIDTH: Final = 760
_LEFT: Final = 190
_RIGHT: Final = 90
_BAR: Final = 16
_GAP: Final = 14
_TOP: Final = 46
_COLOURS: Final = {"incumbent": "#9a6324", "ours": "#1b7837", "floor": "#5b6b8c"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: whose, and how many milliseconds."""

    name: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Group:
    """The bars of one kind of work."""

    title: str
    bars: list[Bar]


def draw(groups: list[Group], *, title: str, note: str) -> str:
    """Return the picture. Lengths are logarithmic, as the works differ by a factor of thousands."""
    values = [bar.milliseconds for group in groups for bar in group.bars]
    lowest, highest = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    parts, y = [], _TOP
    for group in groups:
        parts.append(_text(_LEFT - 10, y + len(group.bars) * _BAR / 2 + 4, group.title, anchor="end"))
        for bar in group.bars:
            share = (math.log10(bar.milliseconds) - lowest) / (highest - lowest)
            parts.append(_bar(bar, y, max(2.0, share * (_WIDTH - _LEFT - _RIGHT))))
            y += _BAR
        y += _GAP
    height = y + 24
    parts += [_text(_LEFT, 18, title, weight="bold"), _legend(), _text(10, height - 8, note, size=10)]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _bar(bar: Bar, y: float, length: float) -> str:
    amount = f"{bar.milliseconds:,.0f} ms" if bar.milliseconds >= 100 else f"{bar.milliseconds:.1f} ms"
    return (
        f'<rect x="{_LEFT}" y="{y}" width="{length:.1f}" height="{_BAR - 3}" fill="{_COLOURS[bar.name]}"/>'
        f"{_text(_LEFT + length + 6, y + 11, amount, size=11)}"
    )


def _legend() -> str:
    parts, x = [], _LEFT
    for name, colour in _COLOURS.items():
        parts.append(f'<rect x="{x}" y="26" width="10" height="10" fill="{colour}"/>{_text(x + 14, 35, name, size=11)}')
        x += 90
    return "\n".join(parts)


def _text(x: float, y: float, text: str, *, size: int = 12, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="#222222">{escape(text)}</text>'
    )
