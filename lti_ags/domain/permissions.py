"""
Who may do what: the token's scope and the grading mode must both allow it.

One table for the whole project. Spec: AGS 3.2, 3.3.2, 3.4.2 for the scopes.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lti_ags.constants import GradingMode, Scope
from lti_ags.exceptions import Forbidden, InsufficientScope


class Action(StrEnum):
    """What a tool can ask of the AGS services."""

    LIST_LINE_ITEMS = "list line items"
    READ_LINE_ITEM = "read a line item"
    CREATE_LINE_ITEM = "create line items"
    UPDATE_LINE_ITEM = "change line items"
    DELETE_LINE_ITEM = "delete line items"
    POST_SCORE = "post scores"
    READ_RESULTS = "read results"


@dataclass(frozen=True, slots=True)
class Rule:
    """Any one of ``scopes`` opens the action, in each of ``modes``."""

    scopes: frozenset[Scope]
    modes: frozenset[GradingMode]


_BOTH: Final = frozenset(GradingMode)
_PROGRAMMATIC: Final = frozenset({GradingMode.PROGRAMMATIC})
_READ: Final = frozenset({Scope.LINE_ITEM, Scope.LINE_ITEM_READONLY})
_MANAGE: Final = frozenset({Scope.LINE_ITEM})

RULES: Final[Mapping[Action, Rule]] = {
    Action.LIST_LINE_ITEMS: Rule(_READ, _BOTH),
    Action.READ_LINE_ITEM: Rule(_READ, _BOTH),
    Action.CREATE_LINE_ITEM: Rule(_MANAGE, _PROGRAMMATIC),
    Action.UPDATE_LINE_ITEM: Rule(_MANAGE, _PROGRAMMATIC),
    Action.DELETE_LINE_ITEM: Rule(_MANAGE, _PROGRAMMATIC),
    Action.POST_SCORE: Rule(frozenset({Scope.SCORE}), _BOTH),
    Action.READ_RESULTS: Rule(frozenset({Scope.RESULT_READONLY}), _BOTH),
}

#: The scopes that a tool may be granted under each mode (C-10, C-11), in the order in which they are told.
GRANTED_SCOPES: Final[Mapping[GradingMode, tuple[Scope, ...]]] = {
    GradingMode.DECLARATIVE: (Scope.LINE_ITEM_READONLY, Scope.RESULT_READONLY, Scope.SCORE),
    GradingMode.PROGRAMMATIC: (Scope.LINE_ITEM, Scope.LINE_ITEM_READONLY, Scope.RESULT_READONLY, Scope.SCORE),
}


def require_scope(action: Action, *, scopes: Set[str]) -> None:
    """
    Let the action pass if the token holds one of its scopes, compared as whole strings.

    Raises:
        InsufficientScope: names the scopes that would do.
    """
    needed = RULES[action].scopes
    if not needed & scopes:
        names = " or ".join(sorted(scope.value for scope in needed))
        raise InsufficientScope(f"To {action.value}, the access token needs the scope {names}.")


def require_mode(action: Action, *, mode: GradingMode) -> None:
    """
    Let the action pass if the grading mode allows it.

    Raises:
        Forbidden: says that the course's author chose so.
    """
    if mode not in RULES[action].modes:
        raise Forbidden(
            f"The Tool Grading Configuration here is '{mode.value}', so the tool cannot {action.value}: the platform "
            f"makes the line item, and the tool pushes scores to it. '{GradingMode.PROGRAMMATIC.value}' would allow it."
        )
