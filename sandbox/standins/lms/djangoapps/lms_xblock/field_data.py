"""Field data of a block that a learner sees: the course's fields cannot be written."""

from __future__ import annotations

from xblock.field_data import ReadOnlyFieldData, SplitFieldData
from xblock.fields import Scope


class LmsFieldData(SplitFieldData):
    """The author's fields read-only, the learner's from their own store."""

    def __init__(self, authored_data, student_data):
        if isinstance(authored_data, LmsFieldData):
            authored_data = authored_data._authored_data
        else:
            authored_data = ReadOnlyFieldData(authored_data)
        self._authored_data = authored_data
        self._student_data = student_data
        super().__init__(
            {
                Scope.content: authored_data,
                Scope.settings: authored_data,
                Scope.parent: authored_data,
                Scope.children: authored_data,
                Scope.user_state_summary: student_data,
                Scope.user_state: student_data,
                Scope.user_info: student_data,
                Scope.preferences: student_data,
            }
        )
