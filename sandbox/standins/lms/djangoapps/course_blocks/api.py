"""The published course as a learner may see it, with what grading collected of each block at publication."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from lms.djangoapps.courseware.access import has_staff_access
from lms.djangoapps.grades.scores import possibly_scored
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.django import modulestore


class UsageKeyNotInBlockStructure(KeyError):
    """The block is not part of what this learner sees."""


@dataclass(frozen=True)
class CollectedBlock:
    """What the block structure keeps of a block."""

    location: object
    display_name: str
    children: tuple
    has_score: bool
    weight: float | None
    graded: bool
    explicit_graded: bool | None
    format: str | None
    max_score: float | None
    start: object
    staff_only: bool


@dataclass
class CourseBlocks:
    """A course for one learner."""

    root: object
    blocks: dict = field(default_factory=dict)

    def __contains__(self, key) -> bool:
        return key in self.blocks

    def __getitem__(self, key):
        try:
            return self.blocks[key]
        except KeyError:
            raise UsageKeyNotInBlockStructure(key) from None

    def below(self, key):
        """Yield the keys of a subtree, in course order."""
        if key in self.blocks:
            yield key
            for child in self.blocks[key].children:
                yield from self.below(child)

    def subsections(self):
        """Return the keys of all subsections, in course order."""
        return [key for key in self.below(self.root) if key.block_type == "sequential"]

    def subsections_of(self, key):
        """
        Return the subsections that hold a block.

        Raises:
            UsageKeyNotInBlockStructure: this learner does not see the block.
        """
        self[key]
        return [subsection for subsection in self.subsections() if key in set(self.below(subsection))]


_collected: dict = {}


def _collect(course_key) -> dict:
    """Collect every block of the published course, unbound; one that raises breaks the whole course."""
    store = modulestore()
    with store.branch_setting(ModuleStoreEnum.Branch.published_only, course_key):
        root = store.get_item(store.make_course_usage_key(course_key))
        version = root.runtime.structure.version
        if (course_key, version) not in _collected:
            _collected.clear()
            blocks: dict = {}
            _collect_block(root, blocks, inherited_graded=None)
            _collected[course_key, version] = blocks
        return _collected[course_key, version]


def _collect_block(block, blocks, *, inherited_graded) -> None:
    scored = possibly_scored(block.location)
    # A subsection's own "graded" speaks of the subsection; anywhere else it is a word about the problems below.
    own_graded = block.graded if block.fields["graded"].is_set_on(block) else inherited_graded
    explicit_graded = None if block.location.block_type == "sequential" else own_graded
    children = block.get_children()
    blocks[block.location] = CollectedBlock(
        location=block.location,
        display_name=block.display_name_with_default,
        children=tuple(child.location for child in children),
        has_score=bool(getattr(block, "has_score", False)),
        weight=getattr(block, "weight", None),
        graded=block.graded,
        explicit_graded=explicit_graded,
        format=block.format,
        max_score=block.max_score() if scored else None,
        start=block.start,
        staff_only=block.visible_to_staff_only,
    )
    for child in children:
        _collect_block(child, blocks, inherited_graded=explicit_graded)


def get_course_blocks(user, starting_block_usage_key, **kwargs) -> CourseBlocks:
    """Return the part of the published course that the user may see. Enrolment is not asked for."""
    course_key = starting_block_usage_key.course_key
    collected = _collect(course_key)
    staff = has_staff_access(user, course_key)
    now = timezone.now()
    visible = CourseBlocks(starting_block_usage_key)

    def admit(key):
        block = collected[key]
        if not staff and (block.staff_only or block.start > now):
            return
        visible.blocks[key] = block
        for child in block.children:
            admit(child)

    admit(starting_block_usage_key)
    return visible


def clear_course_from_cache(course_key) -> None:
    """Forget what was collected."""
    _collected.clear()
