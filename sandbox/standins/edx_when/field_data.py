"""Puts a learner's dates over those of the course, while a block is bound to that learner."""

from __future__ import annotations

from xblock.field_data import FieldData

from edx_when.api import get_dates_for_course

DATE_FIELDS = ("start", "due", "end")


class DateLookupFieldData(FieldData):
    """Field data whose dates are those of edx-when; all else comes from the data below."""

    def __init__(self, defaults, course_id=None, user=None, dates=None):
        super().__init__()
        self._defaults = defaults
        self._dates = get_dates_for_course(course_id, user=user) if dates is None else dates

    def _date(self, block, name):
        return self._dates.get((block.location, name))

    def has(self, block, name):
        if name in DATE_FIELDS and self._date(block, name) is not None:
            return True
        return self._defaults.has(block, name)

    def get(self, block, name):
        if name in DATE_FIELDS and (date := self._date(block, name)) is not None:
            return date
        return self._defaults.get(block, name)

    def default(self, block, name):
        """Look for the date of an ancestor before the inherited value of the course."""
        if name in DATE_FIELDS:
            parent = block.runtime.structure_parent(block.location)
            while parent is not None:
                if (date := self._dates.get((parent, name))) is not None:
                    return date
                parent = block.runtime.structure_parent(parent)
        return self._defaults.default(block, name)

    def set(self, block, name, value):
        self._defaults.set(block, name, value)

    def set_many(self, block, update_dict):
        self._defaults.set_many(block, update_dict)

    def delete(self, block, name):
        self._defaults.delete(block, name)
