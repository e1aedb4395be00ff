"""Builds courses block by block, as an author would; everything is published unless the caller says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from opaque_keys.edx.keys import CourseKey

COURSE_START = datetime(2026, 1, 1, tzinfo=UTC)
AUTHOR_ID = -3  # the platform's number for "a test did it"
GRADING_POLICY = {
    "GRADER": [{"type": "Homework", "min_count": 1, "drop_count": 0, "short_label": "HW", "weight": 1.0}],
    "GRADE_CUTOFFS": {"Pass": 0.5},
}


def make_course(course_id: str = "course-v1:DemoX+AGS+2026", *, display_name: str = "A course", **fields: Any) -> Any:
    """Make an empty course that began in the past, with one assignment type, Homework; return its key."""
    from xmodule.modulestore.django import modulestore

    key = CourseKey.from_string(course_id)
    settings = {
        "display_name": display_name,
        "start": COURSE_START,
        "grading_policy": GRADING_POLICY,
        "advanced_modules": ["lti_ags"],
        **fields,
    }
    modulestore().create_course(key.org, key.course, key.run, AUTHOR_ID, fields=settings)
    return key


def add_section(course_key: Any, *, block_id: str | None = None, **fields: Any) -> Any:
    """Add a section; return its key."""
    from xmodule.modulestore.django import modulestore

    root = modulestore().make_course_usage_key(course_key)
    return modulestore().create_child(AUTHOR_ID, root, "chapter", block_id=block_id, fields=fields).location


def add_subsection(section_key: Any, *, block_id: str | None = None, graded: bool = True, **fields: Any) -> Any:
    """Add a subsection, graded as Homework unless the caller says otherwise; return its key."""
    from xmodule.modulestore.django import modulestore

    settings = {"graded": True, "format": "Homework", **fields} if graded else fields
    return modulestore().create_child(AUTHOR_ID, section_key, "sequential", block_id=block_id, fields=settings).location


def add_unit(subsection_key: Any, *, block_id: str | None = None, publish: bool = True, **fields: Any) -> Any:
    """Add a unit; return its key."""
    from xmodule.modulestore.django import modulestore

    key = modulestore().create_child(AUTHOR_ID, subsection_key, "vertical", block_id=block_id, fields=fields).location
    if publish:
        modulestore().publish(key, AUTHOR_ID)
    return key


def add_block(
    unit_key: Any, block_type: str = "lti_ags", *, block_id: str | None = None, publish: bool = True, **fields: Any
) -> Any:
    """Add a block to a unit, and publish the unit; return the block's key."""
    from xmodule.modulestore.django import modulestore

    block = modulestore().create_child(AUTHOR_ID, unit_key, block_type, block_id=block_id, fields=fields)
    if publish:
        modulestore().publish(unit_key, AUTHOR_ID)
    return block.location


def add_graded_block(
    course_key: Any, block_type: str = "lti_ags", *, due: datetime | None = None, **fields: Any
) -> Any:
    """Add a section, a graded subsection, a unit and in it the block; return the block's key."""
    from xmodule.modulestore.django import modulestore

    with modulestore().bulk_operations(course_key):
        dates: dict[str, Any] = {"due": due} if due else {}
        subsection = add_subsection(add_section(course_key), **dates)
        return add_block(add_unit(subsection, publish=False), block_type, **fields)


def change_block(usage_key: Any, *, publish: bool = True, **fields: Any) -> None:
    """Set fields of a block's draft, and publish its unit, or the block itself where it has a container's type."""
    from xmodule.modulestore.django import modulestore
    from xmodule.modulestore.process import as_studio

    with as_studio():
        store = modulestore()
        block = store.get_item(usage_key)
        for name, value in fields.items():
            setattr(block, name, value)
        store.update_item(block, AUTHOR_ID)
        if publish and usage_key.block_type not in ("course", "chapter", "sequential"):
            store.publish(store.get_parent_location(usage_key), AUTHOR_ID)
