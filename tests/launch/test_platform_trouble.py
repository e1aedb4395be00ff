"""A launch while the LMS cannot read its courses."""

from __future__ import annotations

import pytest

from lms.djangoapps.grades import faults
from lti_ags.models import LtiSubject
from tests.support.launches import Launch, form_of, start_path
from xmodule.modulestore.models import CourseStructure


def break_courses() -> None:
    """Leave the modulestore with what it cannot read."""
    CourseStructure.objects.update(blocks=["broken"], version="broken")


def test_the_learner_is_asked_to_try_again(launch: Launch) -> None:
    break_courses()

    response = launch.client.get(start_path(launch.usage_key))

    assert response.status_code == 503
    assert "Please try again in a minute." in response.content.decode()
    assert LtiSubject.objects.count() == 0


def test_site_that_lacks_what_it_should_have_is_not_taken_for_a_wrong_address(launch: Launch) -> None:
    with faults.fault("get_item", error="ObjectDoesNotExist"):
        response = launch.client.get(start_path(launch.usage_key))

    assert response.status_code == 503
    assert "something is wrong with this site. Please tell its support." in response.content.decode()
    assert LtiSubject.objects.count() == 0


@pytest.mark.conformance("L-09")
def test_the_tool_is_told_that_it_may_work_later(launch: Launch) -> None:
    parameters = launch.request(launch.begin())
    break_courses()

    fields = form_of(launch.authorize(parameters)).fields

    assert fields["error"] == "temporarily_unavailable"
    assert fields["state"] == launch.state
