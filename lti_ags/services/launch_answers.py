"""
The launch, second half: from the tool's authentication request to the signed message.

Spec: 1EdTech Security Framework 1.0 sections 5.1.1.2 to 5.1.1.5; LTI Core 1.3 section 5.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import UsageKey

from lti_ags import edx_platform
from lti_ags.conf import AgsConfigurationError, app_settings
from lti_ags.constants import GradingMode
from lti_ags.domain.authentication import (
    AuthenticationRefused,
    AuthenticationRequest,
    RefusalCode,
    read_authentication_request,
    single_value,
)
from lti_ags.domain.launch_claims import AgsEndpoint, LaunchFacts, id_token_claims, roles_of
from lti_ags.domain.permissions import GRANTED_SCOPES
from lti_ags.edx_platform.people import email_address, full_name
from lti_ags.exceptions import (
    Forbidden,
    InvalidToken,
    LaunchError,
    NotFound,
    PermanentPlatformError,
    TransientPlatformError,
)
from lti_ags.models import LtiAgsLineItem, LtiConfiguration, LtiContext, LtiSubject, LtiTool
from lti_ags.security.hints import read_hint
from lti_ags.security.platform_keys import sign
from lti_ags.security.used_tokens import use_once
from lti_ags.services import addresses
from lti_ags.services.configurations import context_for, find_configuration
from lti_ags.services.launches import LOGIN_HINT, MESSAGE_HINT, Browser, is_bound_to, require_access
from lti_ags.services.tool_choice import chosen_tool

logger = logging.getLogger(__name__)

_PURPOSE: Final = "launch"


@dataclass(frozen=True, slots=True)
class LaunchAnswer:
    """
    A form for the browser to post.

    ``members``: ``id_token``, or ``error`` and ``error_description``; with the tool's ``state`` either way.
    ``tool_urls``: where the tool may send the browser next.
    """

    redirect_uri: str
    members: Mapping[str, str]
    tool_urls: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Launch:
    """What the hints say about the launch that is being finished."""

    launch_id: str
    usage_key: UsageKey
    target_link_uri: str
    expires_at: datetime


def answer_request(parameters: Mapping[str, Sequence[str]], *, browser: Browser, now: datetime) -> LaunchAnswer:
    """
    Answer an authentication request.

    Arguments:
        parameters: every parameter with all of its values.

    Raises:
        LaunchError: the tool or its address is not registered, so nothing may be sent there (L-08).
    """
    tool, redirect_uri = _receiver(parameters)
    target = tool.launch_url
    members: dict[str, str]
    try:
        request = read_authentication_request(parameters)
        launch = _read_hints(request, tool=tool, browser=browser, now=now)
        target = launch.target_link_uri
        members = {"id_token": _id_token(request, launch, tool=tool, browser=browser, now=now)}
    except AuthenticationRefused as refusal:
        logger.info("Launch of tool %s refused: %s", tool.pk, refusal.error.value)
        members = _refusal(refusal.error, refusal.message)
    except TransientPlatformError as error:
        logger.warning("Launch of tool %s failed: %s", tool.pk, error.message)
        members = _refusal(RefusalCode.TEMPORARILY_UNAVAILABLE, "The platform cannot answer just now; try again.")
    except AgsConfigurationError as error:
        logger.error("Launch of tool %s failed: %s", tool.pk, error)
        members = _refusal(RefusalCode.TEMPORARILY_UNAVAILABLE, "The platform cannot answer just now; try again.")
    state = single_value(parameters, "state")
    if state is not None:
        members["state"] = state
    return LaunchAnswer(redirect_uri, members, tool_urls=(redirect_uri, target, tool.launch_url))


def _refusal(error: RefusalCode, message: str) -> dict[str, str]:
    return {"error": error.value, "error_description": message}


def _receiver(parameters: Mapping[str, Sequence[str]]) -> tuple[LtiTool, str]:
    """Return the registered tool and the registered address, both compared as whole strings (L-06)."""
    client_id = single_value(parameters, "client_id") or ""
    # Databases differ in what they do with other characters, and in whether they tell upper from lower case.
    is_plain = client_id.isascii() and client_id.isprintable()
    tool = LtiTool.objects.filter(client_id=client_id).first() if is_plain else None
    if tool is None or tool.client_id != client_id:
        raise LaunchError(_("The tool asked for a launch with a client_id that is not registered here."))
    redirect_uri = single_value(parameters, "redirect_uri")
    if redirect_uri is None or redirect_uri not in tool.redirect_uris:
        raise LaunchError(_("The tool asked for an answer at a redirect_uri that is not registered for it."))
    return tool, redirect_uri


def _read_hints(request: AuthenticationRequest, *, tool: LtiTool, browser: Browser, now: datetime) -> _Launch:
    """Find the launch that this browser began, and use it up (L-07)."""
    if not tool.is_enabled:
        raise AuthenticationRefused(RefusalCode.UNAUTHORIZED_CLIENT, "The tool is switched off on this platform.")
    if not browser.is_known:
        raise AuthenticationRefused(RefusalCode.LOGIN_REQUIRED, "Nobody is signed in to the platform in this browser.")
    try:
        login = read_hint(request.login_hint, purpose=LOGIN_HINT, now=now)
        message = read_hint(request.message_hint, purpose=MESSAGE_HINT, now=now)
    except InvalidToken as error:
        raise _denied("A hint was not issued here or has expired; open the component again.") from error
    launch_id = str(message["jti"])
    if login["jti"] != launch_id or message["tool"] != tool.pk:
        raise _denied("The hints do not belong together, or belong to another tool.")
    if not is_bound_to(launch_id, str(login["bond"]), browser=browser):
        raise _denied("The launch was begun in another session or by somebody else.")
    return _Launch(
        launch_id=launch_id,
        usage_key=UsageKey.from_string(str(message["block"])),
        target_link_uri=str(message["target"]),
        expires_at=datetime.fromtimestamp(int(message["exp"]), tz=UTC),
    )


def _id_token(
    request: AuthenticationRequest, launch: _Launch, *, tool: LtiTool, browser: Browser, now: datetime
) -> str:
    """Use the launch up, and sign what the tool is told, here and not earlier: some tools refuse a token of 10 s."""
    if not use_once(purpose=_PURPOSE, owner=str(tool.pk), token_id=launch.launch_id, expires_at=launch.expires_at):
        raise _denied("This launch was used before; open the component again.")
    try:
        facts = _facts(request, launch, tool=tool, browser=browser)
    except (Forbidden, NotFound, LaunchError, PermanentPlatformError) as error:
        raise _denied(error.message) from error
    lifetime = timedelta(seconds=app_settings.seconds("LTI_AGS_ID_TOKEN_LIFETIME_SECONDS"))
    return sign(id_token_claims(facts, now=now, lifetime=lifetime), now=now)


def _facts(request: AuthenticationRequest, launch: _Launch, *, tool: LtiTool, browser: Browser) -> LaunchFacts:
    """Gather what the tool is told. The learner may have lost access since the first half, and the block its tool."""
    enrolment = require_access(launch.usage_key, browser=browser)
    course_key = launch.usage_key.course_key
    configuration = find_configuration(launch.usage_key)
    if configuration is None or configuration.tool_id != tool.pk:
        raise LaunchError("The component no longer belongs to this tool.")
    if chosen_tool(str(tool.uuid), context_key=course_key).problem is not None:
        raise LaunchError("The tool may no longer be used in this course.")
    context = context_for(tool.pk, course_key=course_key)
    block = edx_platform.load_block(launch.usage_key)
    return LaunchFacts(
        issuer=app_settings.issuer,
        client_id=tool.client_id,
        deployment_id=tool.deployment_id,
        subject=LtiSubject.objects.get(context=context, user_id=browser.user_id).subject,
        nonce=request.nonce,
        target_link_uri=launch.target_link_uri,
        resource_link_id=str(launch.usage_key),
        resource_link_title=configuration.title,
        context_id=str(course_key),
        context_title=edx_platform.course_title(course_key),
        platform_name=str(getattr(settings, "PLATFORM_NAME", "")),
        roles=roles_of(enrolment, is_staff=edx_platform.is_course_staff(course_key, user=browser.user)),
        document_target=str(block.open_in),
        locale=get_language() or "",
        custom=dict(block.custom_parameters or {}),
        endpoint=_endpoint(configuration, context) if configuration.is_graded else None,
        **_shared(block, browser),
    )


def _shared(block: Any, browser: Browser) -> dict[str, str | None]:
    """Return the personal data that the author lets the tool have; nothing unless they chose so (L-17)."""
    return {
        "name": full_name(browser.user_id) if block.share_name else None,
        "email": email_address(browser.user_id) if block.share_email else None,
    }


def _endpoint(configuration: LtiConfiguration, context: LtiContext) -> AgsEndpoint:
    """Return what the tool may do with this block's grades (C-03 to C-11)."""
    return AgsEndpoint(
        scopes=GRANTED_SCOPES[GradingMode(configuration.grading_mode)],
        line_items_url=addresses.line_items_url(context.uuid),
        line_item_url=_only_line_item(configuration, context),
    )


def _only_line_item(configuration: LtiConfiguration, context: LtiContext) -> str | None:
    """
    Return the URL of the block's line item if it has exactly one.

    In declarative mode that is the platform's, whatever the tool made before: no other can take a score.
    """
    items = LtiAgsLineItem.objects.filter(lti_configuration=configuration, context=context, deleted_at__isnull=True)
    if configuration.is_declarative:
        items = items.filter(platform_item_of=configuration)
    found = list(items.values_list("pk", flat=True)[:2])
    return addresses.line_item_url(found[0]) if len(found) == 1 else None


def _denied(message: str) -> AuthenticationRefused:
    return AuthenticationRefused(RefusalCode.ACCESS_DENIED, message)
