"""Copying to the clipboard."""

from __future__ import annotations

from lxml import etree

from openedx.core.djangoapps.content_staging.models import UserClipboard
from xmodule.modulestore.process import as_studio
from xmodule.olx import write_tree


def save_xblock_to_user_clipboard(block, user_id):
    """Put a block into the author's clipboard. Nobody is told."""
    with as_studio():
        olx = etree.tostring(write_tree(block), encoding="unicode")
    clipboard, _created = UserClipboard.objects.update_or_create(
        user_id=user_id, defaults={"source_usage_key": block.location, "olx": olx}
    )
    return clipboard
