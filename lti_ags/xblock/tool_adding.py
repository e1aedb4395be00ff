"""Adding a tool to the course from the editor: the form, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from xblock.core import XBlock
from xblock.exceptions import JsonHandlerError

from lti_ags.conf import app_settings
from lti_ags.constants import ToolAdder
from lti_ags.edx_platform.people import current_user
from lti_ags.exceptions import PlatformError
from lti_ags.services.course_tools import ToolRefused, add_tool_to_course, may_add_tools
from lti_ags.services.registrations import Registration
from lti_ags.xblock.rendering import Translate, render, translator
from lti_ags.xblock.sheets import platform_sheet, tool_sheet

#: Fields of the form, in its order, by the kind of their element.
_KINDS: Final = {
    "name": "text",
    "oidc_login_url": "url",
    "launch_url": "url",
    "redirect_uris": "lines",
    "jwks_url": "url",
    "public_key": "lines",
}
_REQUIRED: Final = frozenset({"name", "oidc_login_url", "launch_url"})


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    label: str
    help: str
    is_required: bool


def adding_html(block: XBlock) -> str:
    """Return the form for whoever may add tools to the course; for others a sentence about who may."""
    _ = translator(block)
    hindrance = _hindrance(block, _)
    if hindrance:
        return render("adding.html", {"hindrance": hindrance})
    labels, helps = _labels(_), _helps(_)
    context = {
        "id": block.scope_ids.usage_id.block_id,
        "summary": _("Add a tool to this course"),
        "intro": _("Ask the tool's administrator for these values. Only this course can use the tool."),
        "fields": [_Field(name, kind, labels[name], helps[name], name in _REQUIRED) for name, kind in _KINDS.items()],
        "required": _("required"),
        "sheet_title": _("What the tool's administrator needs from this site"),
        "sheet_help": _("The client ID and the deployment ID are made when you add the tool."),
        "sheet": platform_sheet(_),
        "add": _("Check and add the tool"),
        "adding": _("Checking the addresses and fetching the key set."),
    }
    return render("adding.html", context)


def add_tool(block: XBlock, data: object) -> dict[str, Any]:
    """
    Add a tool to the block's course, and tell what its administrator needs. The block itself stays as it is.

    Raises:
        JsonHandlerError: 403 for whoever may not, 400 with a message for each field that cannot be used.
    """
    _ = translator(block)
    hindrance = _hindrance(block, _)
    if hindrance:
        raise JsonHandlerError(403, hindrance)
    user = current_user()
    key = block.scope_ids.usage_id.context_key
    try:
        tool = add_tool_to_course(key, tool=_tool_of(data, _), user_id=getattr(user, "pk", 0), now=timezone.now())
    except ToolRefused as refused:
        messages = [{"type": "error", "text": fault.message, "field": fault.field} for fault in refused.faults]
        raise JsonHandlerError(400, {"messages": messages}) from refused
    return {
        "uuid": str(tool.uuid),
        "name": tool.name,
        "ceiling": tool.grading_mode_ceiling,
        "message": _("{tool} is added and chosen. Save to keep the choice.").format(tool=tool.name),
        "title": _("What the administrator of {tool} needs from this site").format(tool=tool.name),
        "sheet": tool_sheet(tool, _),
    }


def _hindrance(block: XBlock, _: Translate) -> str:
    """Return who has to be asked for another tool; an empty string where the viewer may add one."""
    try:
        if may_add_tools(block.scope_ids.usage_id.context_key, user=current_user()):
            return ""
    except PlatformError:
        return _("Whether you may add tools to this course cannot be found out just now.")
    if app_settings.tool_adder is ToolAdder.NOBODY:
        return _("Is a tool missing? The site's operator can add it.")
    return _("Is a tool missing? An admin of this course can add it here, or the site's operator.")


def _tool_of(data: object, _: Translate) -> Registration:
    """Read the form: a text for each field; lines are separated by line breaks."""
    given: Mapping[str, Any] = data if isinstance(data, dict) else {}
    texts = {name: given.get(name, "") for name in _KINDS}
    wrong = [name for name, text in texts.items() if not isinstance(text, str)]
    if wrong:
        text = _("Only plain text can be stored here.")
        messages = [{"type": "error", "text": text, "field": name} for name in wrong]
        raise JsonHandlerError(400, {"messages": messages})
    uris = tuple(line.strip() for line in texts.pop("redirect_uris").splitlines() if line.strip())
    return Registration(**texts, redirect_uris=uris)


def _labels(_: Translate) -> dict[str, str]:
    return {
        "name": _("Name of the tool"),
        "oidc_login_url": _("OIDC login URL"),
        "launch_url": _("Launch URL"),
        "redirect_uris": _("Redirect URIs"),
        "jwks_url": _("Key set URL"),
        "public_key": _("Public key"),
    }


def _helps(_: Translate) -> dict[str, str]:
    return {
        "name": _("What authors of this course read in the list of tools."),
        "oidc_login_url": _("Where a launch begins. Tools call it login initiation URL, too."),
        "launch_url": _("The page that opens. Tools call it target link URI, too."),
        "redirect_uris": _("One on each line. Leave it empty if the tool names none: then it is the launch URL."),
        "jwks_url": _("Where the tool publishes its keys (JWKS). It is fetched once now to check it."),
        "public_key": _("Only for a tool without a key set URL: its public key, as PEM or JSON."),
    }
