"""Reading courses: which branch, which key, and a new object each time."""

from __future__ import annotations

import threading
from contextlib import contextmanager

from django.conf import settings
from opaque_keys.edx.keys import CourseKey
from opaque_keys.edx.locator import CourseLocator

from lms.djangoapps.grades import faults
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.bulk import BulkOperationsMixin
from xmodule.modulestore.django import SignalHandler
from xmodule.modulestore.exceptions import ItemNotFoundError
from xmodule.modulestore.process import acts_as_studio
from xmodule.modulestore.runtime import CourseRuntime
from xmodule.modulestore.structure import (
    DRAFT,
    PUBLISHED,
    Structure,
    base_course,
    course_ids,
    load_structure,
    stripped,
)
from xmodule.modulestore.writing import WritingMixin

READ_BRANCH = {
    ModuleStoreEnum.Branch.draft_preferred: DRAFT,
    ModuleStoreEnum.Branch.published_only: PUBLISHED,
    ModuleStoreEnum.RevisionOption.draft_preferred: DRAFT,
    ModuleStoreEnum.RevisionOption.draft_only: DRAFT,
    ModuleStoreEnum.RevisionOption.published_only: PUBLISHED,
    ModuleStoreEnum.BranchName.draft: DRAFT,
    ModuleStoreEnum.BranchName.published: PUBLISHED,
}


class DatabaseModuleStore(WritingMixin, BulkOperationsMixin):
    """The modulestore of the sandbox. Its ``services`` are those of every block of the process."""

    def __init__(self) -> None:
        super().__init__()
        self.services: dict = {}
        self.signal_handler = SignalHandler(type(self))
        self._branches = threading.local()

    # Which branch

    @contextmanager
    def branch_setting(self, branch_setting, course_id=None):
        """Read this branch by default, in this thread and for a while."""
        before = getattr(self._branches, "setting", None)
        self._branches.setting = branch_setting
        try:
            yield
        finally:
            self._branches.setting = before

    @contextmanager
    def default_store(self, store_type):
        yield

    def get_branch_setting(self):
        chosen = getattr(self._branches, "setting", None)
        if chosen is not None:
            return chosen
        return ModuleStoreEnum.Branch.draft_preferred if acts_as_studio() else settings.MODULESTORE_BRANCH

    def _structure(self, course_key, revision=None) -> Structure:
        branch = READ_BRANCH[revision or course_key.branch or self.get_branch_setting()]
        course_id = str(base_course(course_key))
        record = self._bulk.records.get(course_id)
        return load_structure(course_id, branch) if record is None else record.branch(course_id, branch)

    def runtime_of(self, course_key, structure: Structure) -> CourseRuntime:
        return CourseRuntime(store=self, course_key=stripped(course_key), structure=structure, services=self.services)

    # Reading

    def get_item(self, usage_key, depth=0, revision=None, **kwargs):
        """
        Load a block: a new object, bound to nobody.

        Raises:
            ItemNotFoundError: the branch has no such block.
        """
        faults.strike("get_item")
        structure = self._structure(usage_key.course_key, revision)
        return self.runtime_of(usage_key.course_key, structure).get_block(usage_key)

    def has_item(self, usage_key, revision=None, **kwargs):
        try:
            structure = self._structure(usage_key.course_key, revision)
        except ItemNotFoundError:
            return False
        return (usage_key.block_type, usage_key.block_id) in structure.blocks

    def get_items(self, course_key, qualifiers=None, settings=None, content=None, revision=None, **kwargs):
        """
        Load every block of a course that fits; in no promised order.

        Arguments:
            qualifiers: ``category`` and ``name``, each a value or ``{"$in": [...]}``.

        Raises:
            ItemNotFoundError: there is no such course.
        """
        unknown = set(qualifiers or {}) - {"category", "name"}
        if unknown:
            raise ValueError(f"The sandbox does not search by {sorted(unknown)}")
        structure = self._structure(course_key, revision)
        runtime = self.runtime_of(course_key, structure)
        wanted = qualifiers or {}
        found = [
            runtime.get_block(runtime.usage_key(name))
            for name in structure.blocks
            if _fits(name[0], wanted.get("category")) and _fits(name[1], wanted.get("name"))
        ]
        required = {**(settings or {}), **(content or {})}
        return [block for block in found if all(getattr(block, k, None) == v for k, v in required.items())]

    def has_course(self, course_id, ignore_case=False, **kwargs):
        """Return the course's key where there is such a course, else None."""
        try:
            self._structure(course_id, ModuleStoreEnum.RevisionOption.draft_only)
        except ItemNotFoundError:
            return None
        return stripped(course_id)

    def get_course(self, course_key, depth=0, **kwargs):
        """Load the root block of a course; None where there is no such course."""
        if not isinstance(course_key, CourseKey):
            raise TypeError(f"get_course needs a CourseKey, not {type(course_key).__name__}")
        try:
            return self.get_item(self.make_course_usage_key(course_key), depth=depth)
        except ItemNotFoundError:
            return None

    def get_courses(self, **kwargs):
        return [self.get_course(CourseKey.from_string(course_id)) for course_id in course_ids()]

    def get_parent_location(self, location, revision=None, **kwargs):
        structure = self._structure(location.course_key, revision)
        parent = structure.parent((location.block_type, location.block_id))
        return stripped(location.course_key).make_usage_key(*parent) if parent else None

    def make_course_key(self, org, course, run):
        return CourseLocator(org, course, run)

    def make_course_usage_key(self, course_key):
        return stripped(course_key).make_usage_key("course", "course")

    def has_published_version(self, xblock):
        return self.has_item(xblock.location, revision=ModuleStoreEnum.RevisionOption.published_only)

    def has_changes(self, xblock):
        """Whether the draft of this block or of anything below it differs from what is published."""
        key = xblock.location
        draft = self._structure(key.course_key, ModuleStoreEnum.RevisionOption.draft_only)
        published = self._structure(key.course_key, ModuleStoreEnum.RevisionOption.published_only)
        return any(
            name not in published.blocks or _content(draft.blocks[name]) != _content(published.blocks[name])
            for name in draft.subtree((key.block_type, key.block_id))
        )

    def check_supports(self, course_key, method):
        return hasattr(self, method)


def _fits(value, wanted) -> bool:
    if wanted is None:
        return True
    return value in wanted["$in"] if isinstance(wanted, dict) else value == wanted


def _content(entry: dict) -> tuple:
    return entry["fields"], [tuple(child) for child in entry["children"]]
