"""What may go wrong in the modulestore."""

from __future__ import annotations


class ItemNotFoundError(Exception):
    """No such block or course in the branch that was read."""


class InvalidLocationError(Exception):
    """The key cannot be used for this."""


class DuplicateItemError(Exception):
    """A block of this key is there already."""


class DuplicateCourseError(Exception):
    """A course of this key is there already."""

    def __init__(self, course_id, existing_entry):
        super().__init__(f"Cannot create course {course_id}, which duplicates {existing_entry}")
        self.course_id = course_id
        self.existing_entry = existing_entry
