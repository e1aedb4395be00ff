"""A learner's state of blocks, and the raw score beside it."""

from __future__ import annotations

import json
import math

from django.db import IntegrityError, transaction
from xblock.exceptions import InvalidScopeError
from xblock.fields import Scope
from xblock.runtime import KeyValueStore

from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades import faults


def get_score(user_id, usage_key):
    """Return the StudentModule of a learner and a block, or None. Its ``grade`` and ``max_grade`` may be None."""
    faults.strike("get_score", user_id)
    return StudentModule.objects.filter(
        student_id=user_id, module_state_key=usage_key, course_id=usage_key.context_key
    ).first()


def set_score(user_id, usage_key, score, max_score):
    """Store raw earned and possible as they are; return when that was. Neither enrolment nor dates are checked."""
    faults.strike("set_score", user_id)
    for points in (score, max_score):
        if points is not None and not (isinstance(points, int | float) and math.isfinite(points)):
            raise TypeError(f"A score is a finite number or None, not {points!r}")
    key = {"student_id": user_id, "module_state_key": usage_key, "course_id": usage_key.context_key}
    created = False
    try:
        with transaction.atomic():
            row, created = StudentModule.objects.get_or_create(defaults={"grade": score, "max_grade": max_score}, **key)
    except IntegrityError:
        row = StudentModule.objects.get(**key)
    if not created:
        row.grade = score
        row.max_grade = max_score
        row.save()
    return row.modified


class FieldDataCache:
    """The stored state of one learner in some blocks of a course."""

    def __init__(self, blocks, course_id, user, asides=None, read_only=False):
        self.course_id = course_id
        self.user = user
        self.rows: dict = {}
        self.add_blocks_to_cache(blocks)

    @classmethod
    def cache_for_block_descendents(
        cls, course_id, user, block, depth=None, block_filter=lambda block: True, asides=None, read_only=False
    ):
        """Read the state of a block and of those below it, down to ``depth``."""
        cache = cls([], course_id, user, asides, read_only)
        cache.add_block_descendents(block, depth, block_filter)
        return cache

    def add_block_descendents(self, block, depth=None, block_filter=lambda block: True):
        blocks = [block] if block_filter(block) else []
        level = [block]
        while level and (depth is None or depth > 0):
            level = [child for parent in level for child in parent.get_children() if block_filter(child)]
            blocks.extend(level)
            depth = None if depth is None else depth - 1
        self.add_blocks_to_cache(blocks)

    def add_blocks_to_cache(self, blocks):
        if self.user.is_anonymous:
            return
        keys = [block.scope_ids.usage_id for block in blocks]
        for row in StudentModule.objects.filter(student=self.user, module_state_key__in=keys):
            self.rows[row.module_state_key.map_into_course(self.course_id)] = json.loads(row.state or "{}")

    def _state(self, key):
        if key.scope != Scope.user_state:
            raise InvalidScopeError(key, (Scope.user_state,))
        if key.user_id != self.user.id:
            raise InvalidScopeError(f"The state of user {key.user_id} is not in the cache of user {self.user.id}")
        return self.rows.get(key.block_scope_id, {})

    def get(self, key):
        return self._state(key)[key.field_name]

    def has(self, key):
        return key.field_name in self._state(key)

    def set_many(self, kv_dict):
        """Write state, and leave the grade beside it alone. Nothing is kept for an anonymous user."""
        if self.user.is_anonymous:
            return
        changed: dict = {}
        for key, value in kv_dict.items():
            self._state(key)
            changed.setdefault(key.block_scope_id, {})[key.field_name] = value
        for usage_key, fields in changed.items():
            with transaction.atomic():
                row, _created = StudentModule.objects.select_for_update().get_or_create(
                    student=self.user,
                    module_state_key=usage_key,
                    course_id=usage_key.context_key,
                    defaults={"module_type": usage_key.block_type},
                )
                row.state = json.dumps({**json.loads(row.state or "{}"), **fields})
                row.save(update_fields=["state", "modified"])
            self.rows[usage_key] = json.loads(row.state)

    def delete(self, key):
        state = self._state(key)
        if key.field_name in state:
            StudentModule.objects.filter(student=self.user, module_state_key=key.block_scope_id).update(
                state=json.dumps({name: value for name, value in state.items() if name != key.field_name})
            )
            del state[key.field_name]


class DjangoKeyValueStore(KeyValueStore):
    """Serves the user's scopes of a bound block from the cache, which may be None until one of them is touched."""

    def __init__(self, field_data_cache):
        self._field_data_cache = field_data_cache

    def get(self, key):
        return self._field_data_cache.get(key)

    def set(self, key, value):
        self.set_many({key: value})

    def set_many(self, update_dict):
        self._field_data_cache.set_many(update_dict)

    def delete(self, key):
        self._field_data_cache.delete(key)

    def has(self, key):
        return self._field_data_cache.has(key)
