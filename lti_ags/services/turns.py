"""Whose turn it is to do what one process of the site should do now and then. Decided in the site's cache."""

from __future__ import annotations

from lti_ags.security.shared_cache import is_first


def is_our_turn(name: str, *, seconds: float) -> bool:
    """
    Tell whether nobody has been told so about ``name`` for ``seconds``.

    A cache that is down lets everybody have the turn: what is done twice does no harm, what nobody does would.
    """
    return is_first(f"lti_ags.turn:{name}", seconds=seconds, otherwise=True)
