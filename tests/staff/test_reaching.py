"""How staff come from the course to the pages."""

from __future__ import annotations

import re
from typing import Any

from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiConfiguration
from tests.support.courses import Course
from tests.support.launches import signed_in
from tests.support.staff_pages import PREFIX
from tests.support.tools import RegisteredTool


def page(user: Any, location: UsageKey) -> str:
    response = signed_in(user).get(f"/xblock/{location}")
    assert response.status_code == 200
    return response.content.decode()


def test_link_under_the_block_leads_staff_to_its_page(teacher: Any, block: LtiConfiguration) -> None:
    html = page(teacher, block.location)

    link = re.search(rf'<a href="({PREFIX}/[^"]+)"[^>]*>Grades of the learners', html)
    assert link is not None
    assert signed_in(teacher).get(link[1]).context["configuration"] == block


def test_learners_see_no_such_link(learner: Any, block: LtiConfiguration) -> None:
    assert "Grades of the learners" not in page(learner, block.location)


def test_block_without_a_page_has_no_link_to_it(teacher: Any, course: Course) -> None:
    assert "Grades of the learners" not in page(teacher, course.add_block(None))


def test_course_page_of_the_sandbox_leads_staff_to_the_blocks(
    teacher: Any, learner: Any, block: LtiConfiguration, tool: RegisteredTool
) -> None:
    address = f"/courses/{block.course_key}/course"

    assert f'<a href="{PREFIX}/courses/{block.course_key}">' in signed_in(teacher).get(address).content.decode()
    assert PREFIX not in signed_in(learner).get(address).content.decode()
