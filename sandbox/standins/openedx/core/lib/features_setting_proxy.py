"""``FEATURES`` as a window on flat settings."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any


class FeaturesProxy(MutableMapping):
    """Read and write feature flags as the module globals of the settings."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.ns = namespace

    def __getitem__(self, key: str) -> Any:
        return self.ns[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.ns[key] = value

    def __delitem__(self, key: str) -> None:
        del self.ns[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.ns)

    def __len__(self) -> int:
        return len(self.ns)
