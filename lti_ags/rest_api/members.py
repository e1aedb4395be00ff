"""
Strict reading of the members of a JSON object.

Each reader takes what the specification says and nothing that merely looks like it: no quoted numbers, no booleans for
numbers. An error names the member by its JSON pointer, what was expected and what came; of texts it tells the kind
only, as they may be about a learner.

Spec: RFC 6901 for pointers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from lti_ags.constants import ErrorCode
from lti_ags.domain.timestamps import EXPECTED as AN_INSTANT
from lti_ags.domain.timestamps import read_instant
from lti_ags.exceptions import MalformedRequest

_ECHOED: Final = 80

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class JsonObject:
    """
    One object of a request, and the pointer to it.

    A reader returns None for a member that was left out or is null, unless it says otherwise.
    """

    members: Mapping[str, Any]
    pointer: str = ""

    def text(self, name: str, *, limit: int) -> str | None:
        """Read a string of at most ``limit`` characters; it may be empty."""
        value = self.members.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._invalid(name, f"must be a string; got {kind_of(value)}")
        if len(value) > limit:
            raise self._invalid(name, f"must have at most {limit} characters; got {len(value)}")
        return value

    def required_text(self, name: str, *, limit: int) -> str:
        """Read a string that is there and not blank."""
        self._require(name)
        value = self.text(name, limit=limit)
        if value is None or not value.strip():
            raise self._invalid(name, f"must be a string that is not blank; got {_shown(value)}")
        return value

    def text_if_sent(self, name: str, *, limit: int) -> str | None:
        """Read a string that may be left out, but may be neither null nor empty."""
        if name not in self.members:
            return None
        value = self.text(name, limit=limit)
        if not value:
            raise self._invalid(name, f"must be left out or be a string that is not empty; got {_shown(value)}")
        return value

    def number(self, name: str) -> float | None:
        """Read a finite number: a JSON number, so neither a boolean nor a quoted one. Minus zero is zero."""
        value = self.members.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._invalid(name, f"must be a number; got {kind_of(value)}")
        return float(value) + 0.0

    def positive_number(self, name: str) -> float | None:
        """Read a number above zero."""
        value = self.number(name)
        if value is not None and value <= 0:
            raise self._invalid(name, f"must be more than 0; got {_shown(self.members[name])}")
        return value

    def required_positive_number(self, name: str) -> float:
        """Read a number above zero that is there."""
        self._require(name)
        value = self.positive_number(name)
        if value is None:
            raise self._invalid(name, "must be a number; got null")
        return value

    def number_from_zero(self, name: str) -> float | None:
        """Read a number that is not negative."""
        value = self.number(name)
        if value is not None and value < 0:
            raise self._invalid(name, f"must not be negative; got {_shown(self.members[name])}")
        return value

    def boolean(self, name: str) -> bool | None:
        """Read ``true`` or ``false``."""
        value = self.members.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._invalid(name, f"must be true or false; got {kind_of(value)}")
        return value

    def required_choice(self, name: str, choices: type[Choice]) -> Choice:
        """Read one of the words of a vocabulary, case and all (S-08)."""
        self._require(name)
        value = self.members[name]
        if isinstance(value, str):
            for choice in choices:
                if choice.value == value:
                    return choice
        expected = ", ".join(choice.value for choice in choices)
        raise self._invalid(name, f"must be one of {expected}; got {_shown(value)}")

    def instant(self, name: str) -> datetime | None:
        """Read a date and time with a zone (S-09); an empty string means unset, as in what platforms answer (LI-15)."""
        value = self.members.get(name)
        return None if value is None or value == "" else self._instant(name, value)

    def instant_if_sent(self, name: str) -> datetime | None:
        """Read a date and time with a zone that may be left out or null, but not empty."""
        value = self.members.get(name)
        return None if value is None else self._instant(name, value)

    def required_instant(self, name: str) -> datetime:
        """Read a date and time with a zone that is there."""
        self._require(name)
        return self._instant(name, self.members[name])

    def nested(self, name: str) -> JsonObject | None:
        """Read an object."""
        value = self.members.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._invalid(name, f"must be an object; got {kind_of(value)}")
        return JsonObject(value, pointer=pointer_to(name, parent=self.pointer))

    def pointer_to(self, name: str) -> str:
        """Return the JSON pointer to a member."""
        return pointer_to(name, parent=self.pointer)

    def _instant(self, name: str, value: Any) -> datetime:
        if not isinstance(value, str):
            raise self._invalid(name, f"must be {AN_INSTANT}; got {kind_of(value)}")
        try:
            return read_instant(value)
        except ValueError as error:
            raise self._invalid(name, f"must be a date and time with a zone: {error}; got {_shown(value)}") from error

    def _require(self, name: str) -> None:
        if name not in self.members:
            raise MalformedRequest(
                f"{name} is missing.", code=ErrorCode.MISSING_MEMBER, pointer=pointer_to(name, parent=self.pointer)
            )

    def _invalid(self, name: str, reason: str) -> MalformedRequest:
        return MalformedRequest(f"{name} {reason}.", pointer=pointer_to(name, parent=self.pointer))


def pointer_to(name: str, *, parent: str) -> str:
    """Return the JSON pointer to the member ``name`` of what ``parent`` points to."""
    escaped = name.replace("~", "~0").replace("/", "~1")
    return f"{parent}/{escaped}"


def kind_of(value: Any) -> str:
    """Name the JSON type of a value, with its article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a number"


def _shown(value: Any) -> str:
    """Return a value as JSON, or its beginning."""
    text = json.dumps(value)
    return text if len(text) <= _ECHOED else f"{text[:_ECHOED]}..."
