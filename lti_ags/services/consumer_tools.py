"""Registering the tools that blocks of ``lti_consumer`` launch."""

from __future__ import annotations

from opaque_keys.edx.keys import CourseKey

from lti_ags.data.consumer import ConsumerTool
from lti_ags.models import LtiTool
from lti_ags.services.registrations import checked_registration
from lti_ags.services.tools import change_tool, make_available, register_tool


def take_over_tool(there: ConsumerTool, *, course_key: CourseKey) -> tuple[LtiTool, bool]:
    """
    Register a tool under the client id that it has there, or let one that is registered be used in the course as well.

    The client id stays, so that the tool knows platform and learners again. The deployment id there is "1" for every
    tool; here each has its own. Addresses to which other blocks of the tool launch are added.

    Returns:
        The tool, and whether it is new.

    Raises:
        MalformedRequest: the settings there do not make a registration; ``field`` says which of them.
    """
    tool = LtiTool.objects.filter(client_id=there.client_id).first()
    if tool is None:
        return _register(there, course_key), True
    make_available(tool, courses=[course_key])
    wanted = list(dict.fromkeys([*tool.redirect_uris, *there.redirect_uris]))
    if wanted != tool.redirect_uris:
        _add_addresses(tool, wanted)
    return tool, False


def _register(there: ConsumerTool, course_key: CourseKey) -> LtiTool:
    return register_tool(
        name=there.name or there.client_id,
        oidc_login_url=there.oidc_login_url,
        launch_url=there.launch_url,
        redirect_uris=there.redirect_uris,
        jwks_url=there.jwks_url,
        # There, both may be set, and the key set wins.
        public_key="" if there.jwks_url else there.public_key,
        courses=[course_key],
        client_id=there.client_id,
    )


def _add_addresses(tool: LtiTool, redirect_uris: list[str]) -> None:
    registration = checked_registration(
        name=tool.name,
        oidc_login_url=tool.oidc_login_url,
        launch_url=tool.launch_url,
        redirect_uris=redirect_uris,
        jwks_url=tool.jwks_url,
        public_key=tool.public_key,
        grading_mode_ceiling=tool.grading_mode_ceiling,
    )
    change_tool(tool, registration=registration, is_enabled=tool.is_enabled)
