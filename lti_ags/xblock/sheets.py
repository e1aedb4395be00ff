"""The values that a tool's administrator types in on their side, each with a button that copies it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lti_ags.models import LtiTool
from lti_ags.services.registration_sheets import SHEET_LABELS, platform_values, registration_sheet
from lti_ags.xblock.rendering import Translate, render


def platform_sheet(_: Translate) -> str:
    """Return as HTML what every tool needs of the platform; a tool's own ids are not made yet."""
    return value_sheet({name: (str(SHEET_LABELS[name]), value) for name, value in platform_values().items()}, _)


def tool_sheet(tool: LtiTool, _: Translate) -> str:
    """Return as HTML all that the administrator of a registered tool needs."""
    values = asdict(registration_sheet(tool))
    return value_sheet({name: (str(label), values[name]) for name, label in SHEET_LABELS.items()}, _)


def value_sheet(rows: Mapping[str, tuple[str, str]], _: Translate) -> str:
    """Return labels and values as HTML, each value with a button that copies it and tells so."""
    context: dict[str, Any] = {
        "rows": [
            {
                "label": label,
                "value": value,
                "copy": _("Copy {name}").format(name=label),
                "copied": _("Copied: {name}").format(name=label),
                "failed": _("{name} is marked now. Copy it with your keyboard.").format(name=label),
            }
            for label, value in rows.values()
        ],
        "copy": _("Copy"),
    }
    return render("sheet.html", context)
