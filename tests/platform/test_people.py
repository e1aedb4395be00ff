"""Who is at the other end, and what is known about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory

from lti_ags import edx_platform
from lti_ags.exceptions import PermanentPlatformError

pytestmark = pytest.mark.platform


def test_outside_of_a_request_there_is_no_current_user() -> None:
    assert edx_platform.current_user() is None


def test_the_current_user_is_the_one_of_the_request(learner: Any) -> None:
    import crum

    request = RequestFactory().get("/")
    request.user = learner
    crum.set_current_request(request)
    try:
        assert edx_platform.current_user() == learner
    finally:
        crum.set_current_request(None)


def test_a_users_address_is_known(learner: Any) -> None:
    assert edx_platform.email_address(learner.pk) == learner.email


def test_a_user_without_an_address_has_none(site: Any) -> None:
    user = site.user()
    user.email = ""
    user.save()

    assert edx_platform.email_address(user.pk) == ""


def test_a_users_name_is_the_one_of_the_profile_or_of_the_account(site: Any) -> None:
    user = site.user(first_name="Ada", last_name="Byron")

    assert edx_platform.full_name(user.pk) in {"A Person", "Ada Byron"}


def test_names_of_many_are_known_at_once(site: Any) -> None:
    first, second = site.user(), site.user()
    second.profile.name = ""
    second.profile.save()

    assert edx_platform.full_names([first.pk, second.pk, 2**30]) == {first.pk: "A Person"}


@pytest.mark.parametrize("part", ["a per", "A PERSON", "@example", "username"])
def test_users_are_found_by_what_they_are_called(site: Any, part: str) -> None:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    user = site.user()
    text = user.username if part == "username" else part
    user.groups.add(Group.objects.create(name="Somewhere"))

    found = get_user_model().groups.through.objects.filter(edx_platform.user_search(text, path="user"))

    assert [row.user_id for row in found] == [user.pk]


def test_user_who_is_called_otherwise_is_not_found(site: Any) -> None:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    site.user().groups.add(Group.objects.create(name="Somewhere"))

    rows = get_user_model().groups.through.objects
    assert not rows.filter(edx_platform.user_search("somebody else", path="user")).exists()


def test_time_zone_is_the_one_that_the_user_chose(site: Any) -> None:
    from openedx.core.djangoapps.user_api.models import UserPreference

    user = site.user()
    before = edx_platform.time_zone_name(user)
    UserPreference.objects.create(user=user, key="time_zone", value="Asia/Tokyo")

    assert (before, edx_platform.time_zone_name(user)) == ("", "Asia/Tokyo")


@pytest.mark.django_db
@pytest.mark.parametrize("ask", [edx_platform.full_name, edx_platform.email_address], ids=["name", "address"])
def test_a_user_who_does_not_exist_cannot_be_asked_about(ask: Callable[[int], str]) -> None:
    with pytest.raises(PermanentPlatformError, match="no user"):
        ask(2**30)


def test_an_anonymous_id_of_a_course_leads_to_its_user(course: Any, learner: Any) -> None:
    from common.djangoapps.student.models import anonymous_id_for_user

    assert edx_platform.user_of_anonymous_id(anonymous_id_for_user(learner, course)) == learner.pk


@pytest.mark.django_db
def test_an_anonymous_id_that_nobody_has_is_nobodys() -> None:
    assert edx_platform.user_of_anonymous_id("0" * 32) is None
