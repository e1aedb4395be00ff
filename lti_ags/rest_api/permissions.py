"""Whether a tool may do what it asks: what it asks about must be its own, and scope and grading mode must allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from lti_ags.data import Caller
from lti_ags.domain.permissions import require_mode, require_scope

if TYPE_CHECKING:
    from lti_ags.rest_api.views import AgsViewSet


class ScopeAndModePermission(BasePermission):
    """
    The one permission of the AGS services.

    In this order (B-05): what is not the tool's own is not found, whatever the token may; then the scope; then the
    grading mode of the block, or of the context where no block is linked.
    """

    def has_permission(self, request: Request, view: AgsViewSet) -> bool:  # type: ignore[override]  # our views only
        """
        Let the request pass, with what it is about found and kept in the view.

        Raises:
            NotFound, InsufficientScope, Forbidden
        """
        caller = cast(Caller, request.auth)
        target = view.find_target(caller)
        action = view.permission_actions[view.action]
        require_scope(action, scopes=caller.scopes)
        require_mode(action, mode=target.mode)
        return True
