"""
Headers that keep an answer from being taken for a page, or kept where others find it.

Sites may say the same for all of their pages; these answers hold grades and tokens, and do not depend on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: For every answer in JSON.
NEVER_SNIFFED: Final[Mapping[str, str]] = {"X-Content-Type-Options": "nosniff"}
#: For what is meant for one tool alone.
KEPT_NOWHERE: Final[Mapping[str, str]] = {**NEVER_SNIFFED, "Cache-Control": "no-store"}
