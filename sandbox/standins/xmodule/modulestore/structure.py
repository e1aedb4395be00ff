"""One branch of one course in memory, and its place in the database."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.exceptions import ItemNotFoundError
from xmodule.modulestore.inheritance import INHERITABLE
from xmodule.modulestore.models import CourseStructure

DRAFT = ModuleStoreEnum.BranchName.draft
PUBLISHED = ModuleStoreEnum.BranchName.published

# (block type, block id): what names a block inside a course.
BlockName = tuple[str, str]


def stripped(key):
    """Return a key without branch and version."""
    return key.for_branch(None).version_agnostic()


def base_course(course_key):
    """Return the course whose blocks these are: a custom course has none of its own."""
    return stripped(course_key.to_course_locator() if hasattr(course_key, "ccx") else course_key)


@dataclass
class Structure:
    """All blocks of one branch. ``blocks`` maps a name to ``{"fields", "children", "edit"}``, all of it JSON."""

    course_id: str
    branch: str
    version: str = field(default_factory=lambda: uuid.uuid4().hex)
    blocks: dict[BlockName, dict] = field(default_factory=dict)
    _parents: dict[BlockName, BlockName] | None = None
    _inherited: dict[BlockName, dict] = field(default_factory=dict)

    def entry(self, name: BlockName) -> dict:
        try:
            return self.blocks[name]
        except KeyError:
            raise ItemNotFoundError(f"{name[0]}/{name[1]} is not in {self.course_id}@{self.branch}") from None

    def children(self, name: BlockName) -> list[BlockName]:
        return [tuple(child) for child in self.blocks[name]["children"]] if name in self.blocks else []

    def parent(self, name: BlockName) -> BlockName | None:
        if self._parents is None:
            self._parents = {}
            for holder in self.blocks:
                for child in self.children(holder):
                    self._parents.setdefault(child, holder)
        return self._parents.get(name)

    def subtree(self, name: BlockName) -> list[BlockName]:
        """Return this block and everything below it, each parent before its children."""
        found = [name] if name in self.blocks else []
        for child in self.children(name):
            found.extend(self.subtree(child))
        return found

    def inherited_settings(self, name: BlockName) -> dict:
        """Return the JSON of the inheritable settings that the ancestors set."""
        if name not in self._inherited:
            parent = self.parent(name)
            if parent is None:
                self._inherited[name] = {}
            else:
                own = {key: value for key, value in self.blocks[parent]["fields"].items() if key in INHERITABLE}
                self._inherited[name] = {**self.inherited_settings(parent), **own}
        return self._inherited[name]

    def changed(self) -> None:
        """Forget what was derived from the blocks."""
        self._parents = None
        self._inherited = {}

    def copy(self) -> Structure:
        """Return a copy whose children may be changed and whose fields may be replaced."""
        blocks = {name: {**entry, "children": list(entry["children"])} for name, entry in self.blocks.items()}
        return Structure(self.course_id, self.branch, uuid.uuid4().hex, blocks)

    def merged(self, before: Structure, current: Structure) -> Structure:
        """Return what is current with the blocks that this copy changed since ``before``."""
        result = current.copy()
        for name in {*before.blocks, *self.blocks}:
            mine = self.blocks.get(name)
            if mine == before.blocks.get(name):
                continue
            if mine is None:
                result.blocks.pop(name, None)
            else:
                result.blocks[name] = mine
        return result


_cache: dict[tuple[str, str], Structure] = {}


def load_structure(course_id: str, branch: str, *, for_update: bool = False) -> Structure:
    """
    Return a branch of a course, locked if asked for. It is shared by the process: change a copy.

    Raises:
        ItemNotFoundError: there is no such course.
    """
    rows = CourseStructure.objects.filter(course_id=course_id, branch=branch)
    if for_update:
        rows = rows.select_for_update()
    # The key is compared once more, for databases that do not tell capital letters from small ones.
    version = next((v for key, v in rows.values_list("course_id", "version") if key == course_id), None)
    if version is None:
        raise ItemNotFoundError(f"No course {course_id} in {branch}")
    cached = _cache.get((course_id, branch))
    if cached is None or cached.version != version:
        row = rows.get()
        blocks = {tuple(key.split("/", 1)): value for key, value in row.blocks.items()}
        cached = Structure(course_id, branch, row.version, blocks)
        _cache[course_id, branch] = cached
    return cached


def save_structure(structure: Structure) -> None:
    """Write a branch as a new version; must run in a transaction. The structure may not be changed afterwards."""
    structure.changed()
    values = {
        "version": structure.version,
        "blocks": {"/".join(name): entry for name, entry in structure.blocks.items()},
    }
    rows = CourseStructure.objects.filter(course_id=structure.course_id, branch=structure.branch)
    if not rows.update(**values):
        CourseStructure.objects.create(course_id=structure.course_id, branch=structure.branch, **values)
    _cache[structure.course_id, structure.branch] = structure


def delete_structures(course_id: str) -> None:
    """Remove a course with all its branches."""
    CourseStructure.objects.filter(course_id=course_id).delete()


def course_ids() -> list[str]:
    """Return every course that has a published branch."""
    return sorted(CourseStructure.objects.filter(branch=PUBLISHED).values_list("course_id", flat=True))
