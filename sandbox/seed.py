"""
The demo course and its people.

Everything may be done again: what is there already stays as it is, with the grades that learners have.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from opaque_keys.edx.keys import CourseKey

from sandbox.courses import change_block
from sandbox.people import enroll, make_course_staff, make_user

OLX: Final = Path(__file__).resolve().parent / "course"
COURSE_KEY: Final = CourseKey.from_string("course-v1:DemoX+AGS+2026")

#: Graded, 10 points; the platform makes its one line item.
DECLARATIVE_BLOCK: Final = COURSE_KEY.make_usage_key("lti_ags", "quiz")
#: Graded, 10 points; the tool makes its own line items, and the grade is their average.
PROGRAMMATIC_BLOCK: Final = COURSE_KEY.make_usage_key("lti_ags", "lab")
#: Not graded.
PRACTICE_BLOCK: Final = COURSE_KEY.make_usage_key("lti_ags", "practice")

#: Learners, by user name.
LEARNERS: Final[Mapping[str, str]] = {
    "amira": "Amira Haddad",
    "diego": "Diego Fuentes",
    "mei": "Mei Tanaka",
    "tomasz": "Tomasz Kowalski",
    "zanele": "Zanele Dlamini",
}
#: Writes the course in Studio.
AUTHOR: Final = "rosa"
#: Teaches the course, and is not enrolled.
TEACHER: Final = "ines"
#: Runs the site.
OPERATOR: Final = "operator"


def seed() -> None:
    """Make the people and the course, and put the people into it."""
    operator = make_user(OPERATOR, "Olu Adeyemi", is_staff=True)
    author = make_user(AUTHOR, "Rosa Lindqvist")
    teacher = make_user(TEACHER, "Ines Duarte")
    learners = [make_user(username, full_name) for username, full_name in LEARNERS.items()]
    _make_course(operator)
    make_course_staff(author, COURSE_KEY)
    make_course_staff(teacher, COURSE_KEY, instructor=True)
    for learner in learners:
        enroll(learner, COURSE_KEY)


def attach_tool(usage_key: Any, tool_uuid: Any) -> None:
    """Let a block launch a tool, and publish it, as the author would in Studio."""
    change_block(usage_key, lti_tool=str(tool_uuid))


def _make_course(user: Any) -> None:
    from cms.djangoapps.contentstore.tasks import import_olx
    from xmodule.modulestore.django import modulestore

    if modulestore().has_course(COURSE_KEY) is None:
        import_olx(user, COURSE_KEY, OLX)
