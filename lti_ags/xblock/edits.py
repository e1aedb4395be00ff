"""
Reading what an author sent from the editor.

Every value is checked here and nowhere else; a refused one is named with its field, and then nothing is stored.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from xblock.core import XBlock

from lti_ags.constants import MAX_LABEL_LENGTH
from lti_ags.xblock.rendering import Translate

#: A number as an input element writes it, whatever the author's language.
_NUMBER: Final = re.compile(r"[0-9]*\.?[0-9]+(e[+-]?[0-9]+)?", re.IGNORECASE | re.ASCII)

MAX_URL_LENGTH: Final = 2000
MAX_PARAMETERS: Final = 100
MAX_PARAMETER_LENGTH: Final = 2000

#: The sections of the editor with their fields, in its order.
SECTIONS: Final[Mapping[str, Collection[str]]] = {
    "tool": ("display_name", "lti_tool", "launch_url", "custom_parameters", "open_in"),
    "privacy": ("share_name", "share_email"),
    "grades": (
        *("has_score", "weight", "grading_mode", "merge_policy", "missing_items"),
        *("late_policy", "override_policy", "release_policy"),
    ),
}
_EDITABLE: Final = tuple(name for fields in SECTIONS.values() for name in fields)


@dataclass(frozen=True, slots=True)
class Edits:
    """``values`` to set, names ``to_reset`` to their defaults, and the ``errors`` by field that forbid both."""

    values: Mapping[str, Any] = field(default_factory=dict)
    to_reset: Collection[str] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def read_edits(data: object, *, block: XBlock, tools: Collection[str], translate: Translate) -> Edits:
    """
    Check a message of the editor: ``{"values": {name: value}, "defaults": [name]}``.

    Arguments:
        tools: UUIDs of the tools that the course may use. The block's own may stay, whatever became of it.

    Returns:
        the edits; errors of the message as a whole stand under an empty name. Fields that are not ours are passed over,
        as Studio's own blocks do.
    """
    _ = translate
    values = data.get("values") if isinstance(data, dict) else None
    defaults = data.get("defaults", []) if isinstance(data, dict) else None
    if not isinstance(values, dict):
        return Edits(errors={"": _("The message must have an object named 'values'.")})
    if not isinstance(defaults, list):
        return Edits(errors={"": _("'defaults' must be a list of names.")})
    checker = _Checker(_, tools={*tools, "", block.lti_tool}, fields=block.fields)
    checked: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in _EDITABLE:
        if name not in values:
            continue
        try:
            checked[name] = checker.check(name, values[name])
        except ValueError as error:
            errors[name] = str(error)
    to_reset = [name for name in _EDITABLE if name in defaults and name not in values]
    return Edits(values=checked, to_reset=to_reset, errors=errors)


class _Checker:
    """One check for each kind of field; each raises ``ValueError`` with a sentence for the author."""

    def __init__(self, translate: Translate, *, tools: Collection[str], fields: Mapping[str, Any]) -> None:
        self._translate = translate
        self._tools = tools
        self._fields = fields
        self._checks: Mapping[str, Callable[[Any], Any]] = {
            "display_name": self._title,
            "lti_tool": self._tool,
            "launch_url": self._url,
            "custom_parameters": self._parameters,
            "share_name": self._truth,
            "share_email": self._truth,
            "has_score": self._truth,
            "weight": self._weight,
        }

    def check(self, name: str, value: Any) -> Any:
        """Return the value to store."""
        check = self._checks.get(name)
        return self._choice(name, value) if check is None else check(value)

    def _title(self, value: Any) -> str:
        _ = self._translate
        title = self._text(value)
        if not title:
            raise ValueError(_("Give the component a title."))
        if len(title) > MAX_LABEL_LENGTH:
            raise ValueError(_("The title is too long: {limit} characters at most.").format(limit=MAX_LABEL_LENGTH))
        return title

    def _tool(self, value: Any) -> str:
        _ = self._translate
        tool = self._text(value)
        if tool not in self._tools:
            raise ValueError(_("This tool may not be used in this course. Choose one from the list."))
        return tool

    def _url(self, value: Any) -> str:
        _ = self._translate
        url = self._text(value)
        if not url:
            return ""
        if len(url) > MAX_URL_LENGTH:
            raise ValueError(_("The URL is too long: {limit} characters at most.").format(limit=MAX_URL_LENGTH))
        if not _is_web_address(url):
            raise ValueError(_("The launch URL must be a whole web address, such as https://tool.example/lesson/1."))
        return url

    def _parameters(self, value: Any) -> dict[str, str]:
        _ = self._translate
        pairs = self._pairs(value)
        if len(pairs) > MAX_PARAMETERS:
            raise ValueError(_("There are too many parameters: {limit} at most.").format(limit=MAX_PARAMETERS))
        for name, text in pairs.items():
            if max(len(name), len(text)) > MAX_PARAMETER_LENGTH:
                message = _("A parameter is too long: {limit} characters at most.")
                raise ValueError(message.format(limit=MAX_PARAMETER_LENGTH))
        return pairs

    def _pairs(self, value: Any) -> dict[str, str]:
        """Take an object of names and texts, or lines of the form ``name=value``; no name twice."""
        _ = self._translate
        pairs: dict[str, str] = {}
        for given_name, given_text in self._given_pairs(value):
            name = self._text(given_name)
            if not name:
                raise ValueError(_("Each parameter needs a name before the equals sign."))
            if name in pairs:
                raise ValueError(_("The parameter {name} is there twice.").format(name=name))
            pairs[name] = self._text(given_text)
        return pairs

    def _given_pairs(self, value: Any) -> list[tuple[Any, Any]]:
        if isinstance(value, dict):
            return list(value.items())
        lines = [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else None
        if lines is None or not all("=" in line for line in lines):
            raise ValueError(self._translate("Write each parameter on a line of its own, as name=value."))
        return [(name, text) for name, _equals, text in (line.partition("=") for line in lines)]

    def _truth(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(self._translate("Choose yes or no."))
        return value

    def _weight(self, value: Any) -> float:
        """Take a number above zero, or its text as an input element gives it."""
        _ = self._translate
        try:
            points = float(value) if isinstance(value, float | int) or _is_number(value) else math.nan
        except (TypeError, ValueError, OverflowError):
            points = math.nan
        if isinstance(value, bool) or not math.isfinite(points) or points <= 0:
            raise ValueError(_("The maximum score must be a number above zero, such as 10 or 2.5."))
        return points

    def _choice(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in self._fields[name].values:
            raise ValueError(self._translate("Choose one of the options."))
        return value

    def _text(self, value: Any) -> str:
        """Return text without space around it; control characters and halves of characters cannot be stored."""
        if not isinstance(value, str) or any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in value):
            raise ValueError(self._translate("Only plain text can be stored here."))
        return value.strip()


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and _NUMBER.fullmatch(value.strip()) is not None


def _is_web_address(url: str) -> bool:
    """Tell whether this is an absolute address with http or https, in the characters that an address may have."""
    try:
        parts = urlsplit(url)
        has_good_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_plain = url.isascii() and not set(url) & set(' "<>\\^`{|}')
    return is_plain and parts.scheme in {"https", "http"} and bool(parts.hostname) and has_good_port
