"""
Two courses with blocks of one tool, as certification asks for them; run in the LMS's own process by ``ServedLms.run``.

Each course has a programmatic block that shares nothing about learners, one that shares name and address, and a
declarative one.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from typing import Any, Final

COURSES: Final = {"A": "course-v1:CertX+First+2026", "B": "course-v1:CertX+Second+2026"}
LEARNER: Final = ("leonie", "Leonie Vogel")
TEACHER: Final = ("karim", "Karim Benali")
REDIRECT_URI: Final = "https://tool.example/launch"


def main() -> None:
    """Make what is asked for, and print what the tool's side has to know."""
    import django

    django.setup()
    from sandbox.people import make_user

    asked = json.load(sys.stdin)
    sheet = _register(asked["public_key"], name=asked["name"], client_id=asked.get("client_id", ""))
    learner, teacher = make_user(*LEARNER), make_user(*TEACHER)
    links = {name: _course(key, sheet, learner, teacher) for name, key in COURSES.items()}
    print(json.dumps({**sheet, "links": links}))


def _register(public_key: str, *, name: str, client_id: str) -> dict[str, str]:
    """Register the tool as an operator does."""
    from sandbox.registration import register_with_operators_command

    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(public_key)
        file.flush()
        options = {
            "name": name,
            "client_id": client_id,
            "public_key": file.name,
            "login_url": "https://tool.example/login",
            "launch_url": REDIRECT_URI,
            "everywhere": True,
        }
        return register_with_operators_command(options)


def _course(course_id: str, sheet: Mapping[str, str], learner: Any, teacher: Any) -> dict[str, str]:
    """Make the course unless it is there, and two blocks in it; return the address of each launch."""
    from opaque_keys.edx.keys import CourseKey

    from lti_ags.services.addresses import launch_start_url
    from sandbox.courses import add_graded_block, make_course
    from sandbox.people import enroll, make_course_staff
    from xmodule.modulestore.django import modulestore

    key = CourseKey.from_string(course_id)
    if modulestore().has_course(key) is None:
        make_course(course_id, display_name=course_id)
        enroll(learner, key)
        make_course_staff(teacher, key, instructor=True)
    common = {"lti_tool": sheet["tool_uuid"], "weight": 10.0}
    kinds: dict[str, dict[str, Any]] = {
        "plain": {"grading_mode": "programmatic"},
        "full": {"grading_mode": "programmatic", "share_name": True, "share_email": True},
        "single": {"grading_mode": "declarative"},
    }
    return {
        kind: launch_start_url(add_graded_block(key, display_name=f"{kind} {sheet['client_id']}", **common, **fields))
        for kind, fields in kinds.items()
    }


if __name__ == "__main__":
    main()
