"""Blocks as authors see them."""

from __future__ import annotations

import hashlib
import logging

from django.utils.html import format_html
from web_fragments.fragment import Fragment
from xblock.runtime import DictKeyValueStore, KvsFieldData

from cms.djangoapps.contentstore.utils import load_services_for_studio
from lms.djangoapps.lms_xblock.field_data import LmsFieldData

log = logging.getLogger(__name__)


def get_preview_fragment(user, block):
    """Render a block as a preview: bound to the author, with state that is thrown away; an error becomes a box."""
    load_services_for_studio(block.runtime, user)
    block.runtime._author_mode = True
    student_data = KvsFieldData(DictKeyValueStore())
    block.bind_for_student(user.id, [lambda authored: LmsFieldData(authored, student_data)])
    view = (
        "author_view" if getattr(block, "has_author_view", False) or hasattr(block, "author_view") else "student_view"
    )
    return _render(block, view)


def get_studio_fragment(user, block):
    """Render the editor of a block; an error becomes a box."""
    load_services_for_studio(block.runtime, user)
    return _render(block, "studio_view")


def _render(block, view):
    try:
        return block.render(view, {})
    except Exception as error:
        log.exception("Studio could not render %s of %s", view, block.location)
        return Fragment(format_html('<div class="xblock-error" role="alert"><p>Error: {}</p></div>', str(error)))


def fragment_json(fragment):
    """Return what Studio's front end gets of a fragment."""
    resources = [
        (hashlib.md5(repr(resource).encode(), usedforsecurity=False).hexdigest(), resource._asdict())
        for resource in fragment.resources
    ]
    return {"html": fragment.content, "resources": resources}


def validation_messages(block):
    """Return what the block's own validation says, as the unit page shows it."""
    return [{"text": str(message.text), "type": message.type} for message in block.validate().messages]
