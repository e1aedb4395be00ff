"""
A column that makes exact look-ups of text possible on every database.

MySQL and MariaDB compare text without regard to case and trailing spaces, so ``Quiz`` and ``quiz`` would be the same
tag, and two blocks whose ids differ by case could not both have a configuration. The digest beside the text compares
exactly everywhere, is short enough for any index, and is kept by the field itself whichever way a row is saved.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import django
from django.db import models


def digest_of(*parts: object) -> str:
    """Return the SHA-256 of ``parts`` as 64 lower-case hex digits; the boundaries between parts count."""
    text = "\0".join(str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


if TYPE_CHECKING:
    _TextColumn = models.CharField[str, str]
else:
    _TextColumn = models.CharField


class DigestField(_TextColumn):
    """
    The SHA-256 of another attribute of the same row, as 64 hex digits.

    Arguments:
        of: name of the attribute (a field or a property) whose ``str()`` is digested at each save.
    """

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """Name the source attribute in migrations too."""
        name, path, args, kwargs = super().deconstruct()
        kwargs["of"] = self.of
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002 - Django's signature
        """Digest the source attribute and keep the instance in step with the row."""
        value = digest_of(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


def check_constraint(condition: models.Q, *, name: str) -> models.CheckConstraint:
    """Make a check constraint, whose argument for the condition was renamed in Django 5.1."""
    keyword = "condition" if django.VERSION >= (5, 1) else "check"
    arguments: dict[str, Any] = {keyword: condition, "name": name}
    return models.CheckConstraint(**arguments)


if TYPE_CHECKING:
    _JsonColumn = models.Field[Any, Any]
else:
    _JsonColumn = models.TextField


class JsonTextField(_JsonColumn):
    """
    A JSON value kept as the text it was written as.

    Databases' own JSON types change what they are given: PostgreSQL reorders members and refuses NUL, MySQL turns
    large integers into floats. What a tool sends in its own members must come back as it was, so text it is.
    """

    def get_internal_type(self) -> str:
        """Use the text column of each database."""
        return "TextField"

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Any:
        """Read the stored text."""
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        """Take text (from a fixture or a form) or a value."""
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        """Write plain ASCII JSON; refuses NaN and infinities with ``ValueError``."""
        return None if value is None else json.dumps(value, allow_nan=False, separators=(",", ":"))

    def value_to_string(self, obj: models.Model) -> str:
        """Write the JSON into a dump of the tables, as ``to_python`` reads it."""
        return json.dumps(self.value_from_object(obj), allow_nan=False)
