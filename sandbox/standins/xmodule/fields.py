"""Field types of the platform's blocks."""

from __future__ import annotations

import datetime
import re

from xblock.fields import JSONField

TIMEDELTA = re.compile(
    r"^((?P<days>\d+?) day(?:s?))?(\s)?((?P<hours>\d+?) hour(?:s?))?(\s)?"
    r"((?P<minutes>\d+?) minute(?:s)?)?(\s)?((?P<seconds>\d+?) second(?:s)?)?$"
)


class Date(JSONField):
    """An aware date and time; an ISO 8601 string in JSON."""

    MUTABLE = False

    def from_json(self, field):
        """Parse what is stored; a time without a zone is UTC."""
        if field is None or field == "":
            return None
        if isinstance(field, str):
            parsed = datetime.datetime.fromisoformat(field)
            return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=datetime.UTC)
        if isinstance(field, datetime.datetime):
            return field if field.tzinfo is not None else field.replace(tzinfo=datetime.UTC)
        raise TypeError(f"Field {self.name} has bad value '{field}'")

    def to_json(self, value):
        """Write it as the platform does: seconds, and Z for UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return value
        if value.tzinfo is None or value.utcoffset() is None:
            raise TypeError(f"Field {self.name} needs an aware datetime")
        if value.utcoffset() == datetime.timedelta(0):
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        return value.isoformat()

    def to_string(self, value):
        """Write the date without quotes."""
        return self.to_json(value) or ""

    def from_string(self, serialized):
        return self.from_json(serialized.strip('"'))

    enforce_type = from_json


class Timedelta(JSONField):
    """A span of time; "1 day 2 hours" in JSON."""

    MUTABLE = False

    def from_json(self, time_str):
        if time_str is None or time_str == "":
            return None
        if isinstance(time_str, datetime.timedelta):
            return time_str
        parts = TIMEDELTA.match(time_str)
        if not parts:
            return None
        return datetime.timedelta(**{name: int(value) for name, value in parts.groupdict().items() if value})

    def to_json(self, value):
        if value is None or isinstance(value, str):
            return value
        seconds = value.seconds
        units = (
            ("day", value.days),
            ("hour", seconds // 3600),
            ("minute", seconds // 60 % 60),
            ("second", seconds % 60),
        )
        return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for unit, count in units if count) or "0 seconds"

    def to_string(self, value):
        """Write the span without quotes."""
        return self.to_json(value) or ""

    def from_string(self, serialized):
        return self.from_json(serialized.strip('"'))

    enforce_type = from_json
