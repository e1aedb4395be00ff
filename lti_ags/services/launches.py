"""
The launch, first half: from the learner's click to the tool's login page.

What the second half must know travels in two hints: signed, short-lived, and bound to each other, to the browser's
session and to its user, so that nobody can finish a launch that somebody else began.

Spec: 1EdTech Security Framework 1.0 section 5.1.1.1; LTI Core 1.3 section 4.1.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import UsageKey

from lti_ags import edx_platform
from lti_ags.conf import app_settings
from lti_ags.data import Enrolment
from lti_ags.exceptions import BlockNotFound, Forbidden, LaunchError, NotFound
from lti_ags.models import LtiTool
from lti_ags.security.hints import sign_hint
from lti_ags.services.configurations import context_for, follow_block
from lti_ags.services.subjects import new_subject, remember_subject
from lti_ags.services.tool_choice import chosen_tool, sentence_for_author, sentence_for_learner

LOGIN_HINT: Final = "login"
MESSAGE_HINT: Final = "message"


@dataclass(frozen=True, slots=True)
class Browser:
    """Who asks: the user of the request, and the key of its session."""

    user: AbstractUser | AnonymousUser
    session_key: str

    @property
    def is_known(self) -> bool:
        """Whether somebody is signed in."""
        return bool(self.user.is_authenticated) and bool(self.session_key)

    @property
    def user_id(self) -> int:
        """The primary key of the user, who must be signed in."""
        return cast(int, self.user.pk)


@dataclass(frozen=True, slots=True)
class LoginInitiation:
    """Where the browser goes now, and what it takes along (L-01, L-02)."""

    login_url: str
    parameters: Mapping[str, str]


def begin_launch(usage_key: UsageKey, *, browser: Browser, now: datetime) -> LoginInitiation:
    """
    Prepare a launch: write down who the learner is to the tool, and bring the configuration up to date.

    Raises:
        Forbidden: nobody is signed in, or a member of staff looks at the course as somebody else.
        NotFound: there is no such block, or not for this person.
        LaunchError: the block cannot be launched as it is.
        TransientPlatformError: the platform cannot say.
    """
    enrolment = require_access(usage_key, browser=browser)
    tool = _follow(usage_key, browser=browser, now=now)
    context = context_for(tool.pk, course_key=usage_key.course_key)
    remember_subject(
        context=context,
        user_id=browser.user_id,
        subject=edx_platform.subject_of_user(browser.user_id) or new_subject(),
        is_staff_trial=enrolment is not Enrolment.ENROLLED,
    )
    target_link_uri = launch_url_of(edx_platform.load_block(usage_key), tool=tool)
    launch_id = uuid.uuid4().hex
    common: dict[str, str | int] = {"jti": launch_id, "bond": bond(launch_id, browser)}
    message: dict[str, str | int] = {**common, "block": str(usage_key), "tool": tool.pk, "target": target_link_uri}
    parameters = {
        "iss": app_settings.issuer,
        "login_hint": sign_hint(common, purpose=LOGIN_HINT, now=now),
        "target_link_uri": target_link_uri,
        "client_id": tool.client_id,
        "lti_deployment_id": tool.deployment_id,
        "lti_message_hint": sign_hint(message, purpose=MESSAGE_HINT, now=now),
    }
    return LoginInitiation(login_url=tool.oidc_login_url, parameters=parameters)


def require_access(usage_key: UsageKey, *, browser: Browser) -> Enrolment:
    """
    Let a person pass who may open the block as themselves, and say how they stand to the course.

    Raises:
        Forbidden: nobody is signed in, or a member of staff looks at the course as somebody else.
        NotFound: there is no such block, or not for this person; the two cannot be told apart.
    """
    if not browser.is_known:
        raise Forbidden(_("Sign in, and then open this part of the course again."))
    try:
        is_open = edx_platform.can_load(usage_key, user=browser.user)
    except BlockNotFound as error:
        raise NotFound(_no_access()) from error
    if not is_open:
        raise NotFound(_no_access())
    if edx_platform.is_masquerading(browser.user, usage_key.course_key):
        raise Forbidden(
            _(
                "You are viewing the course as a learner, and the tool would take you for yourself. "
                "View the course as yourself to open the tool."
            )
        )
    return edx_platform.enrolment(usage_key.course_key, user_id=browser.user_id)


def _no_access() -> str:
    return _("There is no such page, or you have no access to it. Are you enrolled in the course?")


def launch_url_of(block: object, *, tool: LtiTool) -> str:
    """Return the page of the tool that the author chose, else the tool's usual one."""
    return str(getattr(block, "launch_url", None) or "").strip() or tool.launch_url


def bond(launch_id: str, browser: Browser) -> str:
    """Tie a launch to a session and its user; without the session's key nobody can tell who it is."""
    text = "\0".join((launch_id, browser.session_key, str(browser.user.pk)))
    return hashlib.sha256(text.encode()).hexdigest()


def is_bound_to(launch_id: str, proof: str, *, browser: Browser) -> bool:
    """Tell whether this browser, with this user, began the launch."""
    return hmac.compare_digest(proof.encode(), bond(launch_id, browser).encode())


def _follow(usage_key: UsageKey, *, browser: Browser, now: datetime) -> LtiTool:
    """Bring the configuration up to date, also when nothing can be launched, and return the tool."""
    choices = edx_platform.block_choices(usage_key)
    follow_block(choices, now=now)
    chosen = chosen_tool(choices.tool_uuid, context_key=usage_key.context_key)
    if chosen.tool is not None:
        return chosen.tool
    is_staff = edx_platform.is_course_staff(usage_key.course_key, user=browser.user)
    sentence = sentence_for_author(chosen.problem) if is_staff and chosen.problem else sentence_for_learner()
    raise LaunchError(sentence)
