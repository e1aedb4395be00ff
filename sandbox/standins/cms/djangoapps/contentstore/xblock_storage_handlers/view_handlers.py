"""What authors do to blocks: create, edit, publish, discard, move, delete."""

from __future__ import annotations

import uuid

from cms.djangoapps.contentstore.utils import load_services_for_studio
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.process import as_studio


def create_xblock(parent_locator, user, category, display_name=None, fields=None):
    """Add a block with a random id at the end of a container."""
    with as_studio():
        store = modulestore()
        with store.bulk_operations(parent_locator.course_key):
            settings = {**({"display_name": display_name} if display_name else {}), **(fields or {})}
            return store.create_child(user.id, parent_locator, category, block_id=uuid.uuid4().hex, fields=settings)


def save_xblock(user, xblock, *, metadata=None, fields=None, nullout=None, publish=None, grader_type=None):
    """
    Store what an author changed in the standard editor.

    Arguments:
        metadata: JSON of settings; None removes a setting.
        fields: native values of content fields.
        nullout: settings to store as None.
        publish: ``make_public``, ``republish``, ``discard_changes`` or ``make_private``, after the edit.
        grader_type: assignment type of a subsection, or ``notgraded``.
    """
    with as_studio():
        store = modulestore()
        with store.bulk_operations(xblock.location.course_key):
            if publish == "discard_changes":
                store.revert_to_published(xblock.location, user.id)
                return
            if publish == "make_private":
                store.unpublish(xblock.location, user.id)
                return
            xblock = _edit(store, user, xblock, metadata or {}, fields or {}, nullout or ())
            if grader_type is not None:
                _set_grader(store, user, xblock, grader_type)
            if publish in ("make_public", "republish"):
                store.publish(xblock.location, user.id)


def _edit(store, user, xblock, metadata, fields, nullout):
    old_metadata = xblock.own_metadata()
    old_content = {name: getattr(xblock, name) for name in fields}
    for name in nullout:
        setattr(xblock, name, None)
    for name, value in metadata.items():
        field = xblock.fields[name]
        if value is None:
            field.delete_from(xblock)
        else:
            field.write_to(xblock, field.from_json(value))
    for name, value in fields.items():
        setattr(xblock, name, value)
    if callable(getattr(xblock, "editor_saved", None)):
        load_services_for_studio(xblock.runtime, user)
        xblock.editor_saved(user, old_metadata, old_content)
    stored = store.update_item(xblock, user.id)
    if callable(getattr(xblock, "post_editor_saved", None)):
        load_services_for_studio(xblock.runtime, user)
        xblock.post_editor_saved(user, old_metadata, old_content)
    return stored


def _set_grader(store, user, subsection, grader_type) -> None:
    graded = grader_type != "notgraded"
    subsection.graded = graded
    subsection.format = grader_type if graded else None
    store.update_item(subsection, user.id)


def publish_xblock(user, usage_key):
    """Publish a block and all that is below it, as the button of the unit page does."""
    with as_studio():
        save_xblock(user, modulestore().get_item(usage_key), publish="make_public")


def discard_changes(user, usage_key):
    """Make the draft what is published. Nobody is told."""
    with as_studio():
        save_xblock(user, modulestore().get_item(usage_key), publish="discard_changes")


def make_private(user, usage_key):
    """Take a unit back from the learners. Nobody is told."""
    with as_studio():
        save_xblock(user, modulestore().get_item(usage_key), publish="make_private")


def delete_xblock(user, usage_key):
    """Delete a block from the draft; containers above the unit are gone for learners at once."""
    with as_studio():
        modulestore().delete_item(usage_key, user.id)


def move_item(source_usage_key, target_parent_usage_key, user, target_index=None):
    """Move a block to another container of its course; its key stays."""
    with as_studio():
        store = modulestore()
        with store.bulk_operations(source_usage_key.course_key):
            source_parent = store.get_parent_location(source_usage_key)
            store.update_item_parent(
                source_usage_key, target_parent_usage_key, source_parent, user.id, insert_at=target_index
            )
            store.update_item(store.get_item(source_usage_key), user.id)
