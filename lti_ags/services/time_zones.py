"""In which time zone somebody reads dates."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from lti_ags import edx_platform
from lti_ags.exceptions import PlatformError

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser, AnonymousUser


def zone_of(user: AbstractUser | AnonymousUser | None) -> ZoneInfo:
    """Return the time zone that a user chose in their account, else the site's."""
    try:
        return ZoneInfo(_chosen_by(user))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Not chosen, or a name that the operating system does not know.
        return ZoneInfo(settings.TIME_ZONE)


def _chosen_by(user: AbstractUser | AnonymousUser | None) -> str:
    if user is None or not user.is_authenticated:
        return ""
    try:
        return edx_platform.time_zone_name(user)
    except PlatformError:
        # What the page tells is worth more than the hour in which it tells it.
        return ""
