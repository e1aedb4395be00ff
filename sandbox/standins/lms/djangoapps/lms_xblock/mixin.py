"""What the LMS adds to every block."""

from __future__ import annotations

from xblock.core import XBlockMixin
from xblock.fields import Boolean, Scope, String


class LmsBlockMixin(XBlockMixin):
    """Settings that only matter where learners are."""

    hide_from_toc = Boolean(default=False, scope=Scope.settings)
    chrome = String(scope=Scope.settings)
    ispublic = Boolean(scope=Scope.settings)
