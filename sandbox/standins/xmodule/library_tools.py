"""Content of a legacy library in a course."""

from __future__ import annotations

from xmodule.modulestore.process import as_studio
from xmodule.modulestore.writing import authored_fields
from xmodule.util.keys import derive_key


def copy_library_block(store, source_key, dest_parent_key, user_id):
    """
    Copy a library's block below a parent, under an id that is always the same for the two; return its key.

    Copied again, it takes over what the library says now; learners' work under its key goes on.
    """
    with as_studio(), store.bulk_operations(dest_parent_key.course_key):
        source = store.get_item(source_key)
        key = dest_parent_key.course_key.make_usage_key(source_key.block_type, derive_key(source_key, dest_parent_key))
        if not store.has_item(key):
            store.create_child(user_id, dest_parent_key, key.block_type, block_id=key.block_id)
        block = store.get_item(key)
        for name, value in authored_fields(source).items():
            field = block.fields[name]
            field.write_to(block, field.from_json(value))
        store.update_item(block, user_id)
        return key
