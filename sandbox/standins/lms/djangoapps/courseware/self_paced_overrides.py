"""A course at the learner's own pace has no dates but that of its start."""

from __future__ import annotations

from lms.djangoapps.courseware.field_overrides import FieldOverrideProvider


class SelfPacedDateOverrideProvider(FieldOverrideProvider):
    """Takes the due dates away, and the start of all but the course itself."""

    def get(self, block, name, default):
        is_taken_away = name == "due" or (name == "start" and block.scope_ids.block_type != "course")
        return None if is_taken_away else default

    @classmethod
    def enabled_for(cls, block):
        return block is not None and block.self_paced
