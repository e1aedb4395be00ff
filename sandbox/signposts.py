"""Tells the person at the terminal where to look in a sandbox that is being served."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.running import Sandbox
from sandbox.seed import AUTHOR, COURSE_KEY, LEARNERS, OPERATOR, TEACHER


def course_url(sandbox: Sandbox) -> str:
    """Return the address of the course page."""
    return f"{sandbox.lms.url}/courses/{COURSE_KEY}/course"


def gradebook_url(sandbox: Sandbox) -> str:
    """Return the address of the gradebook page."""
    return f"{sandbox.lms.url}/courses/{COURSE_KEY}/gradebook"


def staff_url(sandbox: Sandbox) -> str:
    """Return the address of the page on which staff see where the course's grades stand."""
    return f"{sandbox.lms.url}/api/lti_ags/v1/staff/courses/{COURSE_KEY}"


def signposts(sandbox: Sandbox) -> Iterator[str]:
    """Return lines with the addresses to open, and as whom."""
    rows = (
        ("Everything at once", f"{sandbox.lms.url}/start", "every page, opened as the person whom it is for"),
        ("The course", course_url(sandbox), f"for learners: {', '.join(LEARNERS)}"),
        ("The gradebook", gradebook_url(sandbox), f"for the teacher: {TEACHER}"),
        ("The grades from tools", staff_url(sandbox), f"where they stand and why, for the teacher: {TEACHER}"),
        ("Studio", sandbox.studio.url, f"for the author: {AUTHOR}"),
        ("The registered tools", f"{sandbox.lms.url}/admin/lti_ags/", f"for the operator of the site: {OPERATOR}"),
        ("The example tool", sandbox.tool.url, "shows more when it is opened from the course"),
    )
    for name, url, hint in rows:
        yield f"{name:<23}{url}"
        yield f"{'':<23}{hint}"
    yield ""
    yield "To bring a tool of your own, in another terminal, from this folder:"
    yield ".venv/bin/python manage.py register_tool --help"
