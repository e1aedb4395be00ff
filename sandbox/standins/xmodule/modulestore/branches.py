"""What deletion and publication do to the two branches of a course."""

from __future__ import annotations

import copy

from xmodule.modulestore.structure import BlockName, Structure


def free_id(structure: Structure, block_type: str) -> str:
    """Return ``<type><n>`` with the first number that no block of the draft has."""
    number = 1
    while (block_type, f"{block_type}{number}") in structure.blocks:
        number += 1
    return f"{block_type}{number}"


def delete_subtree(structure: Structure, name: BlockName) -> None:
    """Remove a block and all that is below it."""
    structure.changed()
    for below in structure.subtree(name):
        structure.blocks.pop(below, None)
    for entry in structure.blocks.values():
        entry["children"] = [child for child in entry["children"] if tuple(child) != name]
    structure.changed()


def publish_alone(draft: Structure, published: Structure, name: BlockName) -> None:
    """Publish a container's own fields; of its children those that are published already stay."""
    before = published.children(name)
    published.blocks[name] = copy.deepcopy(draft.blocks[name])
    sync_children(draft, published, name, before=before)


def sync_children(draft: Structure, published: Structure, parent: BlockName, before=None) -> None:
    """Give the published parent the draft's children, in the draft's order, as far as they are published."""
    before = published.children(parent) if before is None else before
    after = [child for child in draft.children(parent) if child in published.blocks]
    published.blocks[parent]["children"] = [list(child) for child in after]
    published.changed()
    _drop_orphans(published, [child for child in before if child not in after])


def publish_subtree(draft: Structure, published: Structure, name: BlockName) -> None:
    """Copy a block and all that is below it; what the draft no longer holds there is removed."""
    before: list[BlockName] = []
    for below in draft.subtree(name):
        before.extend(published.children(below))
        published.blocks[below] = copy.deepcopy(draft.entry(below))
    published.changed()
    _drop_orphans(published, before)


def _drop_orphans(published: Structure, candidates: list[BlockName]) -> None:
    """Remove blocks that no published parent holds any more; a moved block is held by its new parent."""
    for name in candidates:
        if name in published.blocks and published.parent(name) is None:
            delete_subtree(published, name)
