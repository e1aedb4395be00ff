"""Changing courses: drafts, publication, copies; and who is told, in which order."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import transaction
from openedx_events.content_authoring.data import XBlockData
from openedx_events.content_authoring.signals import XBLOCK_CREATED, XBLOCK_DELETED, XBLOCK_PUBLISHED, XBLOCK_UPDATED
from xblock.fields import Scope
from xblock.runtime import Mixologist

from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.branches import (
    delete_subtree,
    free_id,
    publish_alone,
    publish_subtree,
    sync_children,
)
from xmodule.modulestore.exceptions import DuplicateCourseError, DuplicateItemError, ItemNotFoundError
from xmodule.modulestore.process import as_studio
from xmodule.modulestore.runtime import block_class, mixins
from xmodule.modulestore.structure import (
    DRAFT,
    PUBLISHED,
    BlockName,
    Structure,
    base_course,
    delete_structures,
    load_structure,
    save_structure,
)

# Containers above the unit have no draft of their own: a change to them is published at once.
DIRECT_ONLY = frozenset({"course", "chapter", "sequential", "about", "static_tab", "course_info"})


def name_of(usage_key) -> BlockName:
    return usage_key.block_type, usage_key.block_id


def new_entry(fields: dict, user_id) -> dict:
    return {"fields": fields, "children": [], "edit": edit_of(user_id)}


def edit_of(user_id) -> dict:
    return {"edited_by": user_id, "edited_on": datetime.now(UTC).isoformat()}


def authored_fields(block) -> dict:
    """Return the JSON of every setting and content field that is set on the block itself."""
    return {
        field.name: field.read_json(block)
        for field in block.fields.values()
        if field.scope in (Scope.settings, Scope.content) and field.is_set_on(block)
    }


def json_of(block_type: str, fields: dict) -> dict:
    """Return the JSON of native field values; names that the class does not know are kept as they are."""
    known = Mixologist(mixins()).mix(block_class(block_type)).fields
    return {name: known[name].to_json(value) if name in known else value for name, value in fields.items()}


class WritingMixin:
    """Every write of the modulestore. Writes go to the draft; publication copies it."""

    @contextmanager
    def _changing(self, course_key, *branches: str) -> Iterator[list[Structure]]:
        """Give copies of the branches to change; they are written when the bulk operation ends."""
        base = base_course(course_key)
        with self.bulk_operations(base) as record:
            before = [record.branch(str(base), branch) for branch in branches]
            structures = [structure.copy() for structure in before]
            yield structures
            for structure, original in zip(structures, before, strict=True):
                if structure.blocks != original.blocks:
                    structure.changed()
                    record.pending[structure.branch] = structure

    def _announce(self, event, usage_key) -> None:
        """Send an event about a block when the bulk operation ends. Its key has no branch."""
        key = usage_key.for_branch(None).version_agnostic()
        info = XBlockData(usage_key=key, block_type=key.block_type)
        self.on_commit_changes_to(key.course_key, lambda: event.send_event(time=datetime.now(UTC), xblock_info=info))

    def announce_update(self, usage_key) -> None:
        """Tell that a block was updated, without an update."""
        self._announce(XBLOCK_UPDATED, usage_key)

    def _delete_signal(self, usage_key, branch: str, user_id) -> None:
        self.signal_handler.send("item_deleted", usage_key=usage_key.for_branch(branch), user_id=user_id)

    # Courses

    def create_course(self, org, course, run, user_id, fields=None, **kwargs):
        """Make an empty course, published; return its root block."""
        course_key = self.make_course_key(org, course, run)
        if self.has_course(course_key):
            raise DuplicateCourseError(course_key, course_key)
        with self.bulk_operations(course_key), as_studio():
            root = {("course", "course"): new_entry(json_of("course", fields or {}), user_id)}
            with transaction.atomic():
                for branch in (DRAFT, PUBLISHED):
                    save_structure(Structure(str(course_key), branch, blocks=copy.deepcopy(root)))
            self.flag_publish_event(course_key)
            return self.get_course(course_key)

    def clone_course(self, source_course_id, dest_course_id, user_id, fields=None, **kwargs):
        """Copy a course run, draft and published, under the same block ids."""
        if self.has_course(dest_course_id):
            raise DuplicateCourseError(dest_course_id, dest_course_id)
        with self.bulk_operations(dest_course_id):
            with transaction.atomic():
                for branch in (DRAFT, PUBLISHED):
                    structure = load_structure(str(source_course_id), branch).copy()
                    structure.course_id = str(dest_course_id)
                    root = structure.blocks["course", "course"]
                    root["fields"] = root["fields"] | json_of("course", fields or {})
                    save_structure(structure)
            self.flag_publish_event(dest_course_id, announced_as=dest_course_id.for_branch(DRAFT))
        return self.get_course(dest_course_id)

    def delete_course(self, course_key, user_id):
        """Remove a course with all that is in it. Nothing is said about its blocks."""
        delete_structures(str(course_key.for_branch(None)))
        self.signal_handler.send("course_deleted", course_key=course_key)

    # Blocks

    def create_item(self, user_id, course_key, block_type, block_id=None, fields=None, json_fields=None, **kwargs):
        """
        Make a block without a parent. Without an id it is called ``<type><n>``, with the first free number.

        Arguments:
            fields: native values.
            json_fields: values as they are stored.
        """
        with self.bulk_operations(course_key), as_studio():
            branches = (DRAFT, PUBLISHED) if block_type in DIRECT_ONLY else (DRAFT,)
            with self._changing(course_key, *branches) as structures:
                name = (block_type, block_id or free_id(structures[0], block_type))
                if name in structures[0].blocks:
                    raise DuplicateItemError(f"{block_type}/{block_id} is in {course_key} already")
                stored = {**json_of(block_type, fields or {}), **(json_fields or {})}
                for structure in structures:
                    structure.blocks[name] = new_entry(copy.deepcopy(stored), user_id)
            key = course_key.make_usage_key(*name)
            self._announce(XBLOCK_CREATED, key)
            if block_type in DIRECT_ONLY:
                self.flag_publish_event(course_key)
            return self.get_item(key)

    def create_child(self, user_id, parent_usage_key, block_type, block_id=None, fields=None, position=None, **kwargs):
        """Make a block below another one, last or at a position."""
        course_key = parent_usage_key.course_key
        with self.bulk_operations(course_key), as_studio():
            block = self.create_item(user_id, course_key, block_type, block_id=block_id, fields=fields, **kwargs)
            parent = name_of(parent_usage_key)
            with self._changing(course_key, DRAFT, PUBLISHED) as (draft, published):
                children = draft.entry(parent)["children"]
                children.insert(len(children) if position is None else position, list(name_of(block.location)))
                if parent[0] in DIRECT_ONLY:
                    sync_children(draft, published, parent)
            if parent[0] in DIRECT_ONLY:
                self.flag_publish_event(course_key)
            return self.get_item(block.location)

    def update_item(self, xblock, user_id, allow_not_found=False, force=False, asides=None, **kwargs):
        """Store a block's authored fields and its children."""
        key = xblock.location
        with self.bulk_operations(key.course_key), as_studio():
            xblock.save()
            with self._changing(key.course_key, DRAFT, PUBLISHED) as (draft, published):
                if name_of(key) not in draft.blocks:
                    if not allow_not_found:
                        raise ItemNotFoundError(f"No {key} to update")
                    draft.blocks[name_of(key)] = new_entry({}, user_id)
                entry = draft.entry(name_of(key))
                # What this service's mixins do not know, such as an author's fields in the LMS, stays as it is.
                unknown = {name: value for name, value in entry["fields"].items() if name not in xblock.fields}
                entry["fields"] = unknown | authored_fields(xblock)
                entry["edit"] = edit_of(user_id)
                if xblock.has_children:
                    entry["children"] = [list(name_of(child)) for child in xblock.children]
                if key.block_type in DIRECT_ONLY:
                    publish_alone(draft, published, name_of(key))
            self._announce(XBLOCK_UPDATED, key)
            if key.block_type in DIRECT_ONLY:
                self.flag_publish_event(key.course_key)
            return self.get_item(key)

    def delete_item(self, location, user_id, revision=None, **kwargs):
        """
        Delete a block and what is below it.

        A block inside a unit leaves the draft only; anything that is published with its parent is gone at once.
        """
        key = location.for_branch(None)
        with self.bulk_operations(key.course_key):
            with self._changing(key.course_key, DRAFT, PUBLISHED) as (draft, published):
                parent = draft.parent(name_of(key))
                draft.entry(name_of(key))
                delete_subtree(draft, name_of(key))
                gone_at_once = parent is not None and parent[0] in DIRECT_ONLY
                if gone_at_once:
                    delete_subtree(published, name_of(key))
            if key.block_type in DIRECT_ONLY:
                self._delete_signal(key, PUBLISHED, user_id)
            self._delete_signal(key, DRAFT, user_id)
            self._announce(XBLOCK_DELETED, key)
            self.flag_publish_event(key.course_key)

    def publish(self, location, user_id, blacklist=None, **kwargs):
        """Copy a block and all below it from the draft to the published branch."""
        key = location.for_branch(None)
        with self.bulk_operations(key.course_key), as_studio():
            info = XBlockData(usage_key=key, block_type=key.block_type)
            XBLOCK_PUBLISHED.send_event(time=datetime.now(UTC), xblock_info=info)
            with self._changing(key.course_key, DRAFT, PUBLISHED) as (draft, published):
                publish_subtree(draft, published, name_of(key))
                parent = draft.parent(name_of(key))
                if parent is not None and parent in published.blocks:
                    sync_children(draft, published, parent)
            self.flag_publish_event(key.course_key)
            return self.get_item(key)

    def unpublish(self, location, user_id, **kwargs):
        """Take a block out of the published branch. Nobody is told."""
        with self._changing(location.course_key, DRAFT, PUBLISHED) as (draft, published):
            draft.entry(name_of(location))
            if name_of(location) in published.blocks:
                delete_subtree(published, name_of(location))
        return self.get_item(location, revision=ModuleStoreEnum.RevisionOption.draft_only)

    def revert_to_published(self, location, user_id=None):
        """Make the draft of a block what is published; deleted blocks come back. Nobody is told."""
        with self._changing(location.course_key, DRAFT, PUBLISHED) as (draft, published):
            name = name_of(location)
            published.entry(name)
            holder = draft.parent(name)
            for below in draft.subtree(name):
                del draft.blocks[below]
            for below in published.subtree(name):
                draft.blocks[below] = copy.deepcopy(published.blocks[below])
            if holder is None:
                raise ItemNotFoundError(f"{location} has no parent in the draft")

    def update_item_parent(self, item_location, new_parent_location, old_parent_location, user_id, insert_at=None):
        """Move a block inside the draft of its course; its key stays."""
        with self.bulk_operations(item_location.course_key), as_studio():
            for key, change in ((old_parent_location, "remove"), (new_parent_location, "insert")):
                parent = self.get_item(key)
                if change == "remove":
                    parent.children = [child for child in parent.children if child != item_location]
                else:
                    at = len(parent.children) if insert_at is None else insert_at
                    parent.children = [*parent.children[:at], item_location, *parent.children[at:]]
                self.update_item(parent, user_id)
            return item_location
