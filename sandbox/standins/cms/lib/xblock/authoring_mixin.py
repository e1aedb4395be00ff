"""Fields that only authors see."""

from __future__ import annotations

from xblock.core import XBlockMixin
from xblock.fields import Scope, String


class AuthoringMixin(XBlockMixin):
    """Remembers where a pasted block was copied from."""

    copied_from_block = String(help="Usage key of the block that this one was pasted from", scope=Scope.settings)
