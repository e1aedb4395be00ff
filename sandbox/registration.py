"""
Bringing one's own tool: registers it, puts a fresh block for it into the course, and says what its side needs.

For the root ``manage.py``; a site's operator uses the app's own command, and this one is built over it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any, Final

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags import edx_platform
from lti_ags.constants import GradingMode
from lti_ags.models import LtiAgsLineItem, LtiConfiguration
from lti_ags.services.addresses import launch_start_url, line_item_url, line_items_url
from lti_ags.services.configurations import context_for, follow_block
from sandbox.courses import add_block, add_section, add_subsection, add_unit

_SESSION_LIFETIME: Final = timedelta(days=14)
_SECTION: Final = "tools_of_your_own"


@dataclass(frozen=True)
class BroughtTool:
    """
    What the tool's side needs, by the names of environment variables.

    ``title`` is the block's, as the course and the gradebook show it.
    """

    title: str
    values: Mapping[str, str]


def register_with_operators_command(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Run the app's own command and return what it tells the tool's administrator."""
    printed = StringIO()
    call_command("lti_ags_register_tool", **arguments, format="json", stdout=printed)
    sheet: dict[str, str] = json.loads(printed.getvalue())
    return sheet


def bring_tool(
    sheet: Mapping[str, str],
    *,
    name: str,
    course_key: Any,
    mode: GradingMode,
    learners: Sequence[Any],
    staff: Any,
) -> BroughtTool:
    """
    Put a fresh block for a registered tool into a course.

    Arguments:
        sheet: what the app's own command printed.
        learners: three of the course, the one to speak of first.
        staff: a member of staff who is not enrolled.
    """
    subsection = add_subsection(_section(course_key), display_name=name)
    unit = add_unit(subsection, publish=False, display_name=name)
    block = add_block(unit, display_name=name, lti_tool=sheet["tool_uuid"], grading_mode=mode.value, weight=10.0)
    configuration = follow_block(edx_platform.block_choices(block), now=timezone.now())
    if configuration is None or configuration.tool_id is None:
        raise RuntimeError(f"the block {block} was not followed")
    values = {
        "ISSUER": sheet["issuer"],
        "AUTH_LOGIN_URL": sheet["auth_login_url"],
        "TOKEN_URL": sheet["token_url"],
        "JWKS_URL": sheet["jwks_url"],
        "CLIENT_ID": sheet["client_id"],
        "DEPLOYMENT_ID": sheet["deployment_id"],
        "LINEITEMS_URL": line_items_url(context_for(configuration.tool_id, course_key=course_key).uuid),
        **_line_item(configuration),
        **_place(block),
        **_people(learners, staff),
    }
    return BroughtTool(title=name, values=values)


def _section(course_key: Any) -> UsageKey:
    """Return the section of the course for such tools, made when it is first needed."""
    from xmodule.modulestore.django import modulestore

    section = course_key.make_usage_key("chapter", _SECTION)
    if not modulestore().has_item(section):
        add_section(course_key, block_id=_SECTION, display_name="Tools of your own")
    return section


def _line_item(configuration: LtiConfiguration) -> dict[str, str]:
    """Return the address of the block's line item where there is exactly one."""
    items = LtiAgsLineItem.objects.filter(lti_configuration=configuration, deleted_at__isnull=True)
    numbers = list(items.values_list("pk", flat=True)[:2])
    return {"LINEITEM_URL": line_item_url(numbers[0])} if len(numbers) == 1 else {}


def _place(block: UsageKey) -> dict[str, str]:
    return {"RESOURCE_LINK_ID": str(block), "LAUNCH_START_URL": launch_start_url(block)}


def _people(learners: Sequence[Any], staff: Any) -> dict[str, str]:
    first, second, third = learners
    return {
        "USER_ID": _subject(first),
        "UA_COOKIE": _session_cookie(first),
        "USER_ID_2": _subject(second),
        "UA_COOKIE_2": _session_cookie(second),
        "USER_ID_3": _subject(third),
        "STAFF_USER_ID": _subject(staff),
    }


def _subject(user: Any) -> str:
    subject = edx_platform.subject_of_user(user.pk)
    if subject is None:
        raise RuntimeError("the platform has no external ids for LTI")
    return subject


def _session_cookie(user: Any) -> str:
    """Sign a user in, without a browser, and return the cookie by which the LMS knows the session."""
    from django.conf import settings

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(_SESSION_LIFETIME)
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
