"""The examples of the docs run against a sandbox in processes of its own, as its reader's would."""

from __future__ import annotations

import shutil

from tests.e2e.conftest import sandbox

__all__ = ["sandbox"]

#: What a reader of that page needs, too.
if not (shutil.which("curl") and shutil.which("openssl")):
    collect_ignore = ["test_calls.py"]
