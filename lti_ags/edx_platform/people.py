"""Who is at the other end, and what is known about them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q

from lti_ags.edx_platform.errors import platform_call
from lti_ags.edx_platform.learners import user_with_id

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser, AnonymousUser


def current_user() -> AbstractUser | AnonymousUser | None:
    """
    Return the user of the request that this thread serves; None outside of one.

    A block's own user service belongs to the whole process, and may speak of somebody else's request.
    """
    from crum import get_current_user

    user: AbstractUser | AnonymousUser | None = get_current_user()
    return user


def full_name(user_id: int) -> str:
    """Return a user's name as they gave it; empty where they gave none."""
    user = user_with_id(user_id)
    with platform_call("reading a user's profile"):
        profile = getattr(user, "profile", None)
        return str(getattr(profile, "name", "") or user.get_full_name() or "")


def email_address(user_id: int) -> str:
    """Return a user's e-mail address; empty where there is none."""
    return str(getattr(user_with_id(user_id), "email", "") or "")


def full_names(user_ids: Collection[int]) -> dict[int, str]:
    """Return users' names as they gave them, by their ids, in one statement; without those who gave none."""
    with platform_call("reading users' profiles"):
        from common.djangoapps.student.models import UserProfile

        named = UserProfile.objects.filter(user_id__in=user_ids).exclude(name="").exclude(name=None)
        return dict(named.values_list("user_id", "name"))


def user_search(text: str, *, path: str) -> Q:
    """
    Return the condition that a user is called so: part of the user name, the e-mail address or the name.

    Arguments:
        path: the look-up that leads from the rows that are filtered to the user.
    """
    columns = ("username", "email", "profile__name")
    condition = Q()
    for column in columns:
        condition |= Q(**{f"{path}__{column}__icontains": text})
    return condition


def time_zone_name(user: AbstractUser | AnonymousUser) -> str:
    """Return the name of the time zone that a user chose in their account; empty where they chose none."""
    with platform_call("reading a user's preferences"):
        from openedx.core.djangoapps.user_api.models import UserPreference

        return str(UserPreference.get_value(user, "time_zone") or "")


def user_of_anonymous_id(anonymous_id: str) -> int | None:
    """Return the user behind an id that the platform made for one course; None where it knows no such id."""
    with platform_call("looking an anonymous id up"):
        from common.djangoapps.student.models import user_by_anonymous_id

        user = user_by_anonymous_id(anonymous_id)
        return None if user is None else int(user.pk)
