"""Registering the tools that blocks of ``lti_consumer`` launch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from opaque_keys.edx.keys import CourseKey

from lti_ags.data.consumer import ConsumerTool
from lti_ags.models import LtiTool
from lti_ags.services.registrations import Registration
from lti_ags.services.tools import (
    change_tool,
    checked_places,
    is_available,
    make_available,
    register_tool,
    registration_of,
)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """
    The tool of a block there.

    ``registered``: what a new registration holds, by what it is; empty for a tool that was registered before.
    ``notes``: whole sentences on what of that tool was changed, would be, or differs and stays.
    """

    tool: LtiTool
    registered: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def take_over_tool(there: ConsumerTool, *, course_key: CourseKey, may_extend: bool) -> TakenOver:
    """
    Register a tool under the client id that it has there, or find the one that is registered under it.

    The client id stays, so that the tool knows platform and learners again. The deployment id there is "1" for every
    tool; here each has its own.

    A tool that is registered is the operator's, and the settings there are written by authors of courses. So it stays
    as it is, and what the block asks for is noted.

    Arguments:
        may_extend: the operator wants registered tools to be used in the course as well, and to have the redirect URIs
            to which its blocks launch. Nothing else of them changes.

    Raises:
        MalformedRequest: the settings there do not make a registration; ``field`` says which of them.
    """
    tool = LtiTool.objects.filter(client_id=there.client_id).first()
    if tool is None:
        return _register(there, course_key)
    extended = _extended(tool, there, course_key) if may_extend else _left_alone(tool, there, course_key)
    return TakenOver(tool, notes=(*extended, *_differences(tool, there)))


def _register(there: ConsumerTool, course_key: CourseKey) -> TakenOver:
    registration = Registration(
        name=there.name or there.client_id,
        oidc_login_url=there.oidc_login_url,
        launch_url=there.launch_url,
        redirect_uris=there.redirect_uris,
        jwks_url=there.jwks_url,
        public_key=there.public_key,
    )
    tool = register_tool(registration, places=checked_places(courses=[course_key]), client_id=there.client_id)
    registered = {
        "OIDC login URL": tool.oidc_login_url,
        "Launch URL": tool.launch_url,
        "Redirect URIs": ", ".join(tool.redirect_uris),
        "Keys": there.keys_in_words,
    }
    return TakenOver(tool, registered=registered)


def _missing_uris(tool: LtiTool, there: ConsumerTool) -> list[str]:
    return [uri for uri in dict.fromkeys(there.redirect_uris) if uri not in tool.redirect_uris]


def _extended(tool: LtiTool, there: ConsumerTool, course_key: CourseKey) -> list[str]:
    """Do what the block asks for, as far as the operator may be asked for it; return what was done."""
    notes = [f"Its redirect URI {_plain(uri)} was added." for uri in _missing_uris(tool, there)]
    if notes:
        _add_uris(tool, _missing_uris(tool, there))
    if not is_available(tool, course_key=course_key):
        make_available(tool, courses=[course_key])
        notes.append(f"The tool {tool.name!r} may be used in this course now.")
    return notes


def _left_alone(tool: LtiTool, there: ConsumerTool, course_key: CourseKey) -> list[str]:
    notes = [f"--extend-tools would add its redirect URI {_plain(uri)}." for uri in _missing_uris(tool, there)]
    if not is_available(tool, course_key=course_key):
        notes.append(f"The tool {tool.name!r} may not be used in this course; --extend-tools would let it.")
    return notes


def _differences(tool: LtiTool, there: ConsumerTool) -> list[str]:
    """Return where the block there says something else than the registration, which stays."""
    addresses = (
        ("OIDC login URL", there.oidc_login_url, tool.oidc_login_url),
        ("launch URL", there.launch_url, tool.launch_url),
    )
    notes = [
        f"The block's {name} is {_plain(theirs)}; {ours} stays."
        for name, theirs, ours in addresses
        if theirs.strip() not in {"", ours}
    ]
    keys = (there.jwks_url.strip(), there.public_key.strip())
    if any(keys) and keys != (tool.jwks_url, tool.public_key.strip()):
        notes.append(f"The block has other keys: {_plain(there.keys_in_words)}; those registered stay.")
    return notes


def _plain(text: str) -> str:
    """Keep what an author wrote, and nobody checked, from steering the operator's terminal."""
    return text if text.isascii() and text.isprintable() else ascii(text)


def _add_uris(tool: LtiTool, uris: list[str]) -> None:
    registration = replace(registration_of(tool), redirect_uris=[*tool.redirect_uris, *uris])
    change_tool(tool, registration=registration, is_enabled=tool.is_enabled)
