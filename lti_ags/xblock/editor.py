"""
The editor in Studio, and the block's face on the unit page.

The editor speaks the protocol of Studio's own editable blocks, with a page of our own: theirs writes numbers in the
author's language, which input elements cannot read, and shows the first tool of the list where the chosen one is no
longer offered, so that the next save would change the tool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.exceptions import JsonHandlerError
from xblock.validation import ValidationMessage

from lti_ags import edx_platform
from lti_ags.conf import app_settings
from lti_ags.edx_platform.people import current_user
from lti_ags.exceptions import PermanentPlatformError, TransientPlatformError
from lti_ags.models.configurations import (
    LATE_CHOICES,
    MERGE_CHOICES,
    MISSING_CHOICES,
    OVERRIDE_CHOICES,
    RELEASE_CHOICES,
)
from lti_ags.models.tools import GRADING_MODE_CHOICES
from lti_ags.services import addresses
from lti_ags.services.tool_choice import find_tool, offered_tools
from lti_ags.xblock.edits import Edits, read_edits
from lti_ags.xblock.fields import IFRAME, WINDOW
from lti_ags.xblock.outlook import current, outlook, outlooks
from lti_ags.xblock.rendering import Translate, fragment, number_for_input, render, translator

_SECTIONS: Final = (
    ("tool", ("display_name", "lti_tool", "launch_url", "custom_parameters", "open_in")),
    ("privacy", ("share_name", "share_email")),
    (
        "grades",
        (
            *("has_score", "weight", "grading_mode", "merge_policy", "missing_items"),
            *("late_policy", "override_policy", "release_policy"),
        ),
    ),
)
_KINDS: Final = {
    "display_name": "text",
    "launch_url": "url",
    "custom_parameters": "lines",
    "share_name": "checkbox",
    "share_email": "checkbox",
    "has_score": "checkbox",
    "weight": "number",
    "grading_mode": "radio",
}
_GAP: Final = "[points]"
_CHOICES: Final = {
    "grading_mode": GRADING_MODE_CHOICES,
    "merge_policy": MERGE_CHOICES,
    "missing_items": MISSING_CHOICES,
    "late_policy": LATE_CHOICES,
    "override_policy": OVERRIDE_CHOICES,
    "release_policy": RELEASE_CHOICES,
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice in a list; ``consequence`` says what it means, where that needs saying."""

    value: str
    label: str
    is_chosen: bool
    consequence: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """One field as the page shows it. ``is_set``: stored on the block, rather than left at its default."""

    name: str
    kind: str
    label: str
    help: str
    value: str
    is_set: bool
    options: Sequence[Option]


def studio_view(block: XBlock) -> Fragment:
    """Show the editor."""
    _ = translator(block)
    sections = [
        {"id": name, "title": title, "controls": [_control(block, field, _) for field in fields]}
        for (name, fields), title in zip(_SECTIONS, _titles(_), strict=True)
    ]
    context = {
        "id": block.scope_ids.usage_id.block_id,
        "sections": sections,
        # Each as it is now, and with a gap for the number that the author is typing.
        "outlooks": zip(outlooks(block).items(), outlooks(block, points=_GAP).values(), strict=True),
        "current_outlook": current(block),
        "save": _("Save"),
        "cancel": _("Cancel"),
    }
    texts = {
        "saving": _("Saving"),
        "failed": _("The settings were not saved"),
        "unreachable": _("Studio cannot be reached. Check your connection and try again."),
    }
    return fragment(block, render("studio.html", context), script="studio.js", function="LtiAgsStudio", values=texts)


def submit_edits(block: XBlock, data: object) -> dict[str, str]:
    """
    Store what the author sent, all of it or nothing.

    Raises:
        JsonHandlerError: 403 for anybody but an author of the course, 400 with messages for what cannot be stored.
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
    tool = find_tool(block.lti_tool.strip())
    context = {
        "title": block.display_name,
        "tool": _("Tool: {name}").format(name=tool.name) if tool is not None else _("No tool is chosen."),
        "place": _("Opens in a new window.") if block.open_in == WINDOW else _("Opens within the page."),
        "outlook": outlook(block),
        "for_developers": _("For the tool's developer"),
        "details": _details(block, tool, _),
    }
    return fragment(block, render("author.html", context))


def _require_author(block: XBlock, _: Translate) -> None:
    """Studio hands a request to a block whoever sends it: to check the sender's rights is our part."""
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


def _control(block: XBlock, name: str, _: Translate) -> Control:
    field = block.fields[name]
    value = getattr(block, name)
    return Control(
        name=name,
        kind=_KINDS.get(name, "select"),
        label=_(field.display_name),
        help=_(field.help),
        value=_written(name, value),
        is_set=field.is_set_on(block),
        options=_options(block, name, value, _),
    )


def _written(name: str, value: Any) -> str:
    """Write a value as the page's elements hold it."""
    if name == "custom_parameters":
        return "\n".join(f"{key}={text}" for key, text in value.items())
    if name == "weight":
        return number_for_input(value)
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _options(block: XBlock, name: str, value: Any, _: Translate) -> list[Option]:
    if name == "lti_tool":
        return _tool_options(block, str(value).strip(), _)
    if name == "open_in":
        choices = [(IFRAME, _("This page")), (WINDOW, _("A new window"))]
    else:
        choices = [(stored, str(label)) for stored, label in _CHOICES.get(name, ())]
    consequences = _consequences(_) if name == "grading_mode" else {}
    return [Option(stored, label, stored == value, consequences.get(stored, "")) for stored, label in choices]


def _consequences(_: Translate) -> dict[str, str]:
    declarative, programmatic = (stored for stored, _label in GRADING_MODE_CHOICES)
    return {
        declarative: _(
            "The platform makes one line item for this component. The tool sends one score for each learner."
        ),
        programmatic: _(
            "The tool makes its own line items, one or many, and says which of them belong to this component. "
            "Below you choose what several scores mean."
        ),
    }


def _tool_options(block: XBlock, chosen: str, _: Translate) -> list[Option]:
    """Return the tools of the course, and the chosen one also when it is no longer among them."""
    tools = [(str(tool.uuid), tool.name) for tool in offered_tools(block.scope_ids.usage_id.context_key)]
    options = [("", _("Choose a tool")), *tools]
    if chosen not in dict(options):
        former = find_tool(chosen)
        name = former.name if former is not None else chosen
        options.append((chosen, _("{tool} (cannot be used here any more)").format(tool=name)))
    return [Option(value, label, value == chosen) for value, label in options]


def _details(block: XBlock, tool: Any, _: Translate) -> list[tuple[str, str]]:
    """Return the names under which the tool's side knows this place."""
    key = block.scope_ids.usage_id
    details = [(_("Resource link"), str(key)), (_("Context"), str(key.context_key))]
    if tool is not None:
        details += [(_("Client ID"), tool.client_id), (_("Deployment ID"), tool.deployment_id)]
    return [
        *details,
        (_("Issuer"), app_settings.issuer),
        (_("Authentication request URL"), addresses.authorize_url()),
        (_("Access token URL"), addresses.token_url()),
        (_("Public key set URL"), addresses.jwks_url()),
    ]
