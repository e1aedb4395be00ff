"""Ids of blocks that are copied from a legacy library."""

from __future__ import annotations

import hashlib


def derive_key(source, dest_parent):
    """Return the block id that a library block always gets below this parent."""
    unique = f"{source.for_branch(None).version_agnostic()}:{dest_parent.block_id}"
    return hashlib.sha1(unique.encode(), usedforsecurity=False).hexdigest()[:20]
