"""
Tools that a course's own people add in Studio, for that course alone.

Whether somebody may is said here and nowhere else: by ``LTI_AGS_TOOLS_ADDED_BY`` and their part in the course's team.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from opaque_keys.edx.keys import CourseKey, LearningContextKey

from lti_ags.conf import app_settings
from lti_ags.constants import ToolAdder
from lti_ags.edx_platform.access import can_author, is_course_admin
from lti_ags.exceptions import LtiAgsError, MalformedRequest
from lti_ags.models import LtiTool
from lti_ags.security.key_fetching import KeyServerUnreachable, KeySetUnavailable
from lti_ags.security.key_sets import refetch
from lti_ags.security.rates import seconds_to_wait
from lti_ags.services.registrations import Registration, find_faults
from lti_ags.services.tools import checked_places, count_own_tools, register_tool, tools_of_course

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser, AnonymousUser

logger = logging.getLogger(__name__)


class ToolRefused(LtiAgsError):
    """A tool cannot be added. ``faults`` name a field each, with a message in the active language."""

    def __init__(self, faults: Sequence[MalformedRequest]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = tuple(faults)


def may_add_tools(context_key: LearningContextKey, *, user: AbstractUser | AnonymousUser | None) -> bool:
    """
    Tell whether a user may add tools to a course. Nobody may to a library of content, which has no learners.

    Raises:
        PlatformError: the platform cannot say what the user may do.
    """
    if not isinstance(context_key, CourseKey) or not context_key.is_course:
        return False
    if app_settings.tool_adder is ToolAdder.NOBODY:
        return False
    if app_settings.tool_adder is ToolAdder.AUTHORS:
        return can_author(context_key, user=user)
    return is_course_admin(context_key, user=user)


def add_tool_to_course(course_key: CourseKey, *, tool: Registration, user_id: int, now: datetime) -> LtiTool:
    """
    Register a tool for one course, after its key set was fetched. Ask ``may_add_tools`` first.

    Nothing is fetched for what would be refused anyway, nor more often than ``LTI_AGS_TOOL_ADDING_RATE`` for one user:
    else whoever administers a course could have this server ask around.

    Raises:
        ToolRefused: with every fault, of the key set's only where there is no other; nothing is stored.
    """
    faults = find_faults(tool)
    faults += _fault_of_name(tool.name, course_key)
    faults = faults or _fault_of_number(course_key) or _fault_of_rate(user_id)
    if tool.jwks_url.strip() and not faults:
        faults = _fault_of_key_set(tool.jwks_url.strip(), course_key=course_key, user_id=user_id, now=now)
    if faults:
        raise ToolRefused(faults)
    added = register_tool(tool, places=checked_places(courses=[course_key]))
    logger.info("Tool %s was added to %s in Studio by user %s", added.uuid, course_key, user_id)
    return added


def _fault_of_name(name: str, course_key: CourseKey) -> list[MalformedRequest]:
    """Refuse a name that would stand twice in the author's list."""
    taken = {tool.name.casefold() for tool in tools_of_course(course_key)}
    if name.strip().casefold() not in taken:
        return []
    return [MalformedRequest(_("This course has a tool of that name already. Choose another name."), field="name")]


def _fault_of_number(course_key: CourseKey) -> list[MalformedRequest]:
    """Refuse one tool more than a course may have for itself. Requests at the same moment may pass it by one."""
    limit = app_settings.integer("LTI_AGS_MAX_TOOLS_PER_COURSE")
    if count_own_tools(course_key) < limit:
        return []
    message = _("This course has {limit} tools of its own, which is as many as this site allows.")
    return [MalformedRequest(message.format(limit=limit))]


def _fault_of_rate(user_id: int) -> list[MalformedRequest]:
    seconds = seconds_to_wait(setting="LTI_AGS_TOOL_ADDING_RATE", caller=str(user_id))
    if seconds is None:
        return []
    minutes = math.ceil(seconds / 60)
    message = ngettext(
        "You have tried too often. Try again in {minutes} minute.",
        "You have tried too often. Try again in {minutes} minutes.",
        minutes,
    )
    return [MalformedRequest(message.format(minutes=minutes))]


def _fault_of_key_set(url: str, *, course_key: CourseKey, user_id: int, now: datetime) -> list[MalformedRequest]:
    try:
        count = refetch(url, now=now)
    except KeySetUnavailable as error:
        logger.warning(
            "User %s may not add a tool with the key set at %s to %s: %s", user_id, url, course_key, error.message
        )
        return [MalformedRequest(_sentence_on(error), field="jwks_url")]
    if count == 0:
        message = _("There is no key at this address that can be used. An RSA key of at least 2048 bits is usual.")
        return [MalformedRequest(message, field="jwks_url")]
    return []


def _sentence_on(error: KeySetUnavailable) -> str:
    """Tell an author what to mend at the tool; of a server that is not reached no more, whatever the reason is."""
    if isinstance(error, KeyServerUnreachable):
        return _("The key set cannot be fetched: this site reaches no server at this address.")
    return _("The key set cannot be fetched from this address: {reason}.").format(reason=error.translated())
