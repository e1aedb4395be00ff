"""The examples of the docs run against a sandbox in processes of its own, as its reader's would."""

from __future__ import annotations

from tests.e2e.conftest import sandbox

__all__ = ["sandbox"]
