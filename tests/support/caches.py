"""Caches in trouble."""

from __future__ import annotations

from typing import Any, Final

from django.core.cache.backends.base import BaseCache


class CacheThatIsDown(BaseCache):
    """A cache whose server refuses connections."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, *_args: Any, **_kwargs: Any) -> Any:
        raise ConnectionRefusedError("no server")

    def clear(self) -> None:
        """Nothing is in it."""

    add = set = incr = delete = get


class CacheThatForgets(CacheThatIsDown):
    """A cache that has lost a counter by the time it is raised."""

    def add(self, *_args: Any, **_kwargs: Any) -> bool:
        return False

    def incr(self, *_args: Any, **_kwargs: Any) -> int:
        raise ValueError("no such key")


class CacheThatIsDownAndQuiet(CacheThatIsDown):
    """The same behind a client that is told to ignore errors."""

    def get(self, *_args: Any, **_kwargs: Any) -> Any:
        return None

    add = set = incr = delete = get


class CacheThatIsDownAndSaysNo(CacheThatIsDownAndQuiet):
    """The same behind a client that answers, of what it could not add, that it was there."""

    def add(self, *_args: Any, **_kwargs: Any) -> bool:
        return False


DOWN: Final = {"default": {"BACKEND": f"{__name__}.CacheThatIsDown"}}
FORGETTING: Final = {"default": {"BACKEND": f"{__name__}.CacheThatForgets"}}
DOWN_AND_QUIET: Final = {"default": {"BACKEND": f"{__name__}.CacheThatIsDownAndQuiet"}}
DOWN_AND_SAYS_NO: Final = {"default": {"BACKEND": f"{__name__}.CacheThatIsDownAndSaysNo"}}
#: Every kind, for a table.
TROUBLES: Final = {"down": DOWN, "down-and-quiet": DOWN_AND_QUIET, "down-and-says-no": DOWN_AND_SAYS_NO}
