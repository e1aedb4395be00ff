"""The fields of the editor as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from xblock.core import XBlock

from lti_ags.models.configurations import (
    LATE_CHOICES,
    MERGE_CHOICES,
    MISSING_CHOICES,
    OVERRIDE_CHOICES,
    RELEASE_CHOICES,
)
from lti_ags.models.tools import GRADING_MODE_CHOICES
from lti_ags.services.tool_choice import known_tool, offered_tools
from lti_ags.xblock.cautions import Caution
from lti_ags.xblock.fields import IFRAME, WINDOW
from lti_ags.xblock.rendering import Translate, number_for_input

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
    """
    One choice in a list; ``consequence`` says what it means, where that needs saying.

    Of a tool also ``ceiling``, the most that the site lets it do, and whether the course may use it.
    """

    value: str
    label: str
    is_chosen: bool
    consequence: str = ""
    ceiling: str = ""
    is_usable: bool = True


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
    cautions: Sequence[Caution]


def make_control(block: XBlock, name: str, *, cautions: Sequence[Caution], translate: Translate) -> Control:
    """Return the control of one field, with the cautions that are about it."""
    _ = translate
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
        cautions=[caution for caution in cautions if caution.field == name],
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
    context_key = block.scope_ids.usage_id.context_key
    options = [Option("", _("Choose a tool"), is_chosen=not chosen)]
    for tool in offered_tools(context_key):
        uuid = str(tool.uuid)
        options.append(Option(uuid, tool.name, uuid == chosen, ceiling=tool.grading_mode_ceiling))
    if chosen not in {option.value for option in options}:
        former = known_tool(chosen, context_key=context_key)
        name = former.name if former is not None else chosen
        label = _("{tool} (cannot be used here any more)").format(tool=name)
        options.append(Option(chosen, label, is_chosen=True, is_usable=False))
    return options
