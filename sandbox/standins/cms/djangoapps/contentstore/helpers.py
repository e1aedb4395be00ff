"""Pasting."""

from __future__ import annotations

from lxml import etree

from openedx.core.djangoapps.content_staging.models import UserClipboard
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.branches import free_id
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.process import as_studio
from xmodule.olx import child_nodes, parse_block


class PasteError(Exception):
    """The clipboard cannot be pasted here."""


def import_staged_content_from_user_clipboard(parent_key, user):
    """
    Paste the author's clipboard at the end of a container; return the new block's key, or None when it is empty.

    The new key is the block's type and the first free number, so a key may come back after a deletion.

    Raises:
        PasteError: the block that was copied is no more.
    """
    clipboard = UserClipboard.objects.filter(user=user).first()
    if clipboard is None:
        return None
    with as_studio():
        store = modulestore()
        if not _still_exists(store, clipboard.source_usage_key):
            raise PasteError("There was a problem pasting your component.")
        with store.bulk_operations(parent_key.course_key):
            node = etree.fromstring(clipboard.olx)
            return _import_node(node, parent_key, store, user, copied_from=clipboard.source_usage_key)


def _still_exists(store, usage_key) -> bool:
    options = ModuleStoreEnum.RevisionOption
    return any(store.has_item(usage_key, revision=one) for one in (options.draft_only, options.published_only))


def _import_node(node, parent_key, store, user, *, copied_from):
    parent = store.get_item(parent_key)
    runtime = parent.runtime
    source_id = node.get("url_name", "")
    children = child_nodes(node, runtime)
    key = parent_key.course_key.make_usage_key(node.tag, free_id(runtime.structure, node.tag))
    block = parse_block(node, runtime, key)
    block.copied_from_block = str(copied_from)
    block.upstream = None
    store.update_item(block, user.id, allow_not_found=True)
    parent.children = [*parent.children, key]
    store.update_item(parent, user.id)
    for child in children:
        child_source = copied_from.course_key.make_usage_key(child.tag, child.get("url_name", source_id))
        _import_node(child, key, store, user, copied_from=child_source)
    _tell_block(store, key, node, user)
    return key


def _tell_block(store, key, node, user) -> None:
    block = store.get_item(key)
    if hasattr(block, "studio_post_paste"):
        from cms.djangoapps.contentstore.utils import load_services_for_studio

        load_services_for_studio(block.runtime, user)
        block.studio_post_paste(store, node)
