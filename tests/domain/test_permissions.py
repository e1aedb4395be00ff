"""The table of who may do what, cell by cell."""

from __future__ import annotations

import pytest

from lti_ags.constants import GradingMode, Scope
from lti_ags.domain.permissions import GRANTED_SCOPES, RULES, Action, require_mode, require_scope
from lti_ags.exceptions import Forbidden, InsufficientScope

OPENED_BY = {
    Scope.LINE_ITEM: {
        Action.LIST_LINE_ITEMS,
        Action.READ_LINE_ITEM,
        Action.CREATE_LINE_ITEM,
        Action.UPDATE_LINE_ITEM,
        Action.DELETE_LINE_ITEM,
    },
    Scope.LINE_ITEM_READONLY: {Action.LIST_LINE_ITEMS, Action.READ_LINE_ITEM},
    Scope.SCORE: {Action.POST_SCORE},
    Scope.RESULT_READONLY: {Action.READ_RESULTS},
}
ONLY_PROGRAMMATIC = {Action.CREATE_LINE_ITEM, Action.UPDATE_LINE_ITEM, Action.DELETE_LINE_ITEM}


@pytest.mark.parametrize("action", list(Action), ids=str)
@pytest.mark.parametrize("scope", list(Scope), ids=lambda scope: scope.rsplit("/", 1)[1])
def test_scope_opens_its_actions_and_no_others(action: Action, scope: Scope) -> None:
    if action in OPENED_BY[scope]:
        require_scope(action, scopes={scope.value})
    else:
        with pytest.raises(InsufficientScope):
            require_scope(action, scopes={scope.value})


def test_refusal_names_the_scopes_that_would_do() -> None:
    with pytest.raises(InsufficientScope) as refusal:
        require_scope(Action.READ_LINE_ITEM, scopes=set())

    assert refusal.value.message == (
        f"To {Action.READ_LINE_ITEM.value}, the access token needs the scope "
        f"{Scope.LINE_ITEM.value} or {Scope.LINE_ITEM_READONLY.value}."
    )


@pytest.mark.parametrize("action", list(Action), ids=str)
def test_prefix_of_a_scope_opens_nothing(action: Action) -> None:
    prefixes = {scope.value[:-1] for scope in Scope} | {scope.value.upper() for scope in Scope}

    with pytest.raises(InsufficientScope):
        require_scope(action, scopes=prefixes)


@pytest.mark.parametrize("action", list(Action), ids=str)
@pytest.mark.parametrize("mode", list(GradingMode), ids=str)
def test_declarative_mode_forbids_managing_line_items_and_nothing_else(action: Action, mode: GradingMode) -> None:
    if mode is GradingMode.DECLARATIVE and action in ONLY_PROGRAMMATIC:
        with pytest.raises(Forbidden, match="Tool Grading Configuration"):
            require_mode(action, mode=mode)
    else:
        require_mode(action, mode=mode)


def test_every_action_has_a_rule() -> None:
    assert set(RULES) == set(Action)


def test_declarative_tools_are_never_granted_the_scope_to_manage_line_items() -> None:
    assert Scope.LINE_ITEM not in GRANTED_SCOPES[GradingMode.DECLARATIVE]
    assert set(GRANTED_SCOPES[GradingMode.PROGRAMMATIC]) == set(Scope)
