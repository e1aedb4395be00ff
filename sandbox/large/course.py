"""The course: a dozen pieces of work, one of each kind that authors can choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from opaque_keys.edx.keys import CourseKey

from lti_ags.models import LtiTool
from sandbox.courses import add_block, add_section, add_subsection, add_unit, make_course
from sandbox.example_tool import LAB, QUIZ, Example

COURSE_KEY: Final = CourseKey.from_string("course-v1:DemoX+MEASURE+2026")
TITLE: Final = "Measuring and Modelling"
_GRADING_POLICY: Final = {
    "GRADER": [{"type": "Homework", "min_count": 1, "drop_count": 0, "short_label": "HW", "weight": 1.0}],
    "GRADE_CUTOFFS": {"A": 0.85, "B": 0.7, "C": 0.5},
}


@dataclass(frozen=True)
class Work:
    """
    One block. ``takers``: how many learners do it. ``opened``, ``due``: days before today.

    ``parts``: labels and points of the line items that the tool makes; without any, the platform makes the one.
    """

    name: str
    title: str
    week: int
    tool: Example
    takers: int
    opened: float
    due: float | None = None
    parts: tuple[tuple[str, float], ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def location(self) -> Any:
        """The block's usage key."""
        return COURSE_KEY.make_usage_key("lti_ags", self.name)


_MANAGED: Final = {"grading_mode": "programmatic", "weight": 20.0}

READING: Final = Work("reading", "Reading quiz", 1, QUIZ, 190, 28, due=21, fields={"weight": 10.0})
UNITS: Final = Work(
    "units", "Units and errors", 1, QUIZ, 110, 24, due=17, fields={"weight": 20.0, "late_policy": "ask"}
)
PRACTICE: Final = Work("practice", "Practice, not graded", 1, QUIZ, 25, 27, fields={"has_score": False})
PENDULUM: Final = Work(
    "pendulum", "Pendulum", 2, LAB, 40, 20, due=6, parts=(("First run", 50.0), ("Second run", 50.0)),
    fields={**_MANAGED, "merge_policy": "latest"},
)  # fmt: skip
OPTICS: Final = Work(
    "optics", "Optics bench", 2, LAB, 25, 19, parts=(("Set-up", 20.0), ("Measurement", 30.0), ("Report", 50.0)),
    fields={**_MANAGED, "merge_policy": "average"},
)  # fmt: skip
CIRCUITS: Final = Work(
    "circuits", "Circuits", 2, LAB, 30, 18, parts=(("Attempt 1", 10.0), ("Attempt 2", 10.0)),
    fields={**_MANAGED, "merge_policy": "highest"},
)  # fmt: skip
FIELDWORK: Final = Work(
    "fieldwork", "Fieldwork", 3, LAB, 20, 14, parts=(("Plan", 10.0), ("Data", 40.0), ("Text", 50.0)),
    fields={**_MANAGED, "merge_policy": "total", "missing_items": "count_as_zero"},
)  # fmt: skip
ESSAY: Final = Work(
    "essay", "Essay", 3, QUIZ, 80, 12, due=5, fields={"weight": 30.0, "late_policy": "refuse"}
)  # fmt: skip
REVIEW: Final = Work("review", "Peer review", 3, QUIZ, 60, 9, fields={"weight": 10.0, "release_policy": "hold"})
MODEL: Final = Work("model", "Build a model", 4, QUIZ, 80, 6, fields={"weight": 20.0, "override_policy": "keep"})
#: The author lets the tool push a single grade from the middle of the term on.
SWITCHED: Final = Work(
    "estimates", "Estimates", 4, LAB, 12, 10, parts=(("Estimates", 10.0),), fields={**_MANAGED, "weight": 5.0}
)
#: The author takes it out of the course.
REMOVED: Final = Work("slide_rule", "Slide rule", 4, QUIZ, 12, 8, fields={"weight": 5.0})

WORKS: Final = (
    READING, UNITS, PRACTICE, PENDULUM, OPTICS, CIRCUITS, FIELDWORK, ESSAY, REVIEW, MODEL, SWITCHED, REMOVED,
)  # fmt: skip


def build_course(tools: Mapping[str, LtiTool], *, today: datetime) -> None:
    """
    Build the course and publish it.

    Arguments:
        tools: by client id, those that the blocks launch.
    """
    from xmodule.modulestore.django import modulestore

    make_course(str(COURSE_KEY), display_name=TITLE, start=today - timedelta(days=30), grading_policy=_GRADING_POLICY)
    with modulestore().bulk_operations(COURSE_KEY):
        for week in sorted({work.week for work in WORKS}):
            section = add_section(COURSE_KEY, block_id=f"week_{week}", display_name=f"Week {week}")
            for work in WORKS:
                if work.week == week:
                    _add_work(section, work, tools, today)


def _add_work(section: Any, work: Work, tools: Mapping[str, LtiTool], today: datetime) -> None:
    dates: dict[str, Any] = {} if work.due is None else {"due": today - timedelta(days=work.due)}
    subsection = add_subsection(section, block_id=f"{work.name}_part", display_name=work.title, **dates)
    unit = add_unit(subsection, block_id=f"{work.name}_unit", publish=False, display_name=work.title)
    tool = tools[work.tool.client_id]
    add_block(unit, block_id=work.name, display_name=work.title, lti_tool=str(tool.uuid), **work.fields)
