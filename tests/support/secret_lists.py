"""What a site may set as its secrets, and what it may not."""

from __future__ import annotations

from typing import Final

#: A secret that is being replaced, and the one that takes its place.
OLD: Final = "the old secret of the site"
NEW: Final = "the new secret of the site"

#: By what is wrong with them. The first would be taken apart into its letters.
WRONG: Final[dict[str, object]] = {
    "a text": OLD,
    "a short one": ["only-for-tests"],
    "a short old one": [NEW, "only-for-tests"],
    "blanks": [" " * 40],
    "a number": [12345678901234567890123456789],
    "nothing": None,
}
