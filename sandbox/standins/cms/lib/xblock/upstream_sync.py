"""Fields of blocks that follow a library."""

from __future__ import annotations

from xblock.core import XBlockMixin
from xblock.fields import Integer, Scope, String


class UpstreamSyncMixin(XBlockMixin):
    """Remembers the library block that this one follows."""

    upstream = String(help="Usage key of the library block", default=None, scope=Scope.settings)
    upstream_version = Integer(default=None, scope=Scope.settings)
