"""
The editor in Studio, and the block's face on the unit page.

The editor speaks the protocol of Studio's own editable blocks, with a page of our own: theirs writes numbers in the
author's language, which input elements cannot read, and shows the first tool of the list where the chosen one is no
longer offered, so that the next save would change the tool.
"""

from __future__ import annotations

from typing import Any, Final

from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.exceptions import JsonHandlerError
from xblock.validation import ValidationMessage

from lti_ags import edx_platform
from lti_ags.edx_platform.people import current_user
from lti_ags.exceptions import PermanentPlatformError, TransientPlatformError
from lti_ags.models import LtiTool
from lti_ags.services.registration_sheets import SHEET_LABELS, platform_values
from lti_ags.services.tool_choice import known_tool, offered_tools
from lti_ags.xblock.cautions import find_cautions
from lti_ags.xblock.controls import make_control
from lti_ags.xblock.edits import SECTIONS, Edits, read_edits
from lti_ags.xblock.fields import WINDOW
from lti_ags.xblock.outlook import current, outlook, outlooks
from lti_ags.xblock.rendering import Translate, fragment, render, translator
from lti_ags.xblock.sheets import value_sheet
from lti_ags.xblock.tool_adding import add_tool, adding_html

_GAP: Final = "[points]"


def studio_view(block: XBlock) -> Fragment:
    """Show the editor."""
    _ = translator(block)
    cautions = find_cautions(block, _)
    sections = [
        {
            "id": name,
            "title": title,
            "controls": [make_control(block, field, cautions=cautions, translate=_) for field in fields],
        }
        for (name, fields), title in zip(SECTIONS.items(), _titles(_), strict=True)
    ]
    context = {
        "id": block.scope_ids.usage_id.block_id,
        "sections": sections,
        # Each as it is now, and with a gap for the number that the author is typing.
        "outlooks": zip(outlooks(block).items(), outlooks(block, points=_GAP).values(), strict=True),
        "current_outlook": current(block),
        "caution_word": _("Note:"),
        "adding": adding_html(block),
        "save": _("Save"),
        "cancel": _("Cancel"),
    }
    texts = {
        "saving": _("Saving"),
        "failed": _("The settings were not saved"),
        "unreachable": _("Studio cannot be reached. Check your connection and try again."),
        "signed_out": _("Studio does not know you any more. Sign in again in another window, then try again here."),
        "broken": _("Studio could not do this. Try again in a few minutes."),
    }
    scripts = ("fields.js", "copy.js", "tools.js", "studio.js")
    return fragment(block, render("studio.html", context), scripts=scripts, function="LtiAgsStudio", values=texts)


def add_tool_for_author(block: XBlock, data: object) -> dict[str, Any]:
    """
    Add a tool to the course, from the editor of one of its blocks.

    Raises:
        JsonHandlerError: 403 for whoever may not, 400 with a message for each field that cannot be used, 503 while
            nobody can tell who may.
    """
    _require_author(block, translator(block))
    return add_tool(block, data)


def submit_edits(block: XBlock, data: object) -> dict[str, str]:
    """
    Store what the author sent, all of it or nothing.

    Raises:
        JsonHandlerError: 403 for anybody but an author of the course, 400 with messages for what cannot be stored,
            503 while nobody can tell who is an author.
    """
    _ = translator(block)
    _require_author(block, _)
    tools = {str(tool.uuid) for tool in offered_tools(block.scope_ids.usage_id.context_key)}
    edits = read_edits(data, block=block, tools=tools, translate=_)
    if edits.errors:
        raise JsonHandlerError(400, _refusal(block, edits))
    for name, value in edits.values.items():
        setattr(block, name, value)
    for name in edits.to_reset:
        if block.fields[name].is_set_on(block):
            block.fields[name].delete_from(block)
    return {"result": "success"}


def author_view(block: XBlock) -> Fragment:
    """Show what learners will meet and what will happen to their grades; nothing is launched from here."""
    _ = translator(block)
    key = block.scope_ids.usage_id
    tool = known_tool(block.lti_tool.strip(), context_key=key.context_key)
    context = {
        "title": block.display_name,
        "tool": _("Tool: {name}").format(name=tool.name) if tool is not None else _("No tool is chosen."),
        "place": _("Opens in a new window.") if block.open_in == WINDOW else _("Opens within the page."),
        "outlook": outlook(block),
        "for_developers": _("For the tool's developer"),
        "details": value_sheet(_details(block, tool, _), _),
    }
    return fragment(block, render("author.html", context), scripts=("copy.js",), function="LtiAgsAuthor")


def _require_author(block: XBlock, _: Translate) -> None:
    """Studio hands a request to a block whoever sends it: to check the sender's rights is our part."""
    if not block.scope_ids.usage_id.context_key.is_course:
        raise JsonHandlerError(403, _("This component can be set up in a course only, not in a library."))
    try:
        may_author = edx_platform.can_author(block.scope_ids.usage_id.context_key, user=current_user())
    except TransientPlatformError as error:
        raise JsonHandlerError(503, _("Studio cannot check your rights just now. Please try again.")) from error
    except PermanentPlatformError as error:
        raise JsonHandlerError(403, _("Only authors of this course may change its components.")) from error
    if not may_author:
        raise JsonHandlerError(403, _("Only authors of this course may change its components."))
    if edx_platform.is_lms():
        raise JsonHandlerError(403, _("Components are changed in Studio."))


def _refusal(block: XBlock, edits: Edits) -> dict[str, Any]:
    """Return the messages as Studio's own editable blocks give them, with the field that each is about."""
    messages = [{"type": ValidationMessage.ERROR, "text": text, "field": name} for name, text in edits.errors.items()]
    return {"xblock_id": str(block.scope_ids.usage_id), "messages": messages, "empty": False}


def _titles(_: Translate) -> list[str]:
    return [_("The tool"), _("What the tool learns about learners"), _("Grades from the tool")]


def _details(block: XBlock, tool: LtiTool | None, _: Translate) -> dict[str, tuple[str, str]]:
    """Return the names under which the tool's side knows this place, with their labels."""
    key = block.scope_ids.usage_id
    values = platform_values()
    if tool is not None:
        values |= {"client_id": tool.client_id, "deployment_id": tool.deployment_id}
    return {
        "resource_link": (_("Resource link"), str(key)),
        "context": (_("Context"), str(key.context_key)),
        **{name: (str(label), values[name]) for name, label in SHEET_LABELS.items() if name in values},
    }
