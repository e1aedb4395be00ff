"""A learner's own due dates."""

from __future__ import annotations

from edx_when import api
from xmodule.modulestore.django import modulestore


class DashboardError(Exception):
    """What the dashboard tells the teacher."""


def set_due_date_extension(course, unit, student, due_date, actor=None, reason=""):
    """
    Give one learner another due date for a block, and for every block below it that has a due date of its own.

    None takes the extension away.

    Raises:
        DashboardError: the block has no due date to extend.
    """
    course_key = course.id
    structure = modulestore().get_item(unit.location).runtime.structure
    names = structure.subtree((unit.location.block_type, unit.location.block_id))
    extended = False
    for name in names:
        try:
            key = course_key.make_usage_key(*name)
            api.set_date_for_block(course_key, key, "due", due_date, user=student, reason=reason, actor=actor)
            extended = True
        except api.MissingDateError:
            continue
    if not extended:
        raise DashboardError(f"Unit {unit.location} has no due date to extend.")
