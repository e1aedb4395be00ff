"""Fields that a block gets from its ancestors, and the dates computed from them."""

from __future__ import annotations

from datetime import UTC, datetime

from xblock.core import XBlockMixin
from xblock.fields import Boolean, Dict, Integer, Scope, String

from xmodule.fields import Date, Timedelta

DEFAULT_START_DATE = datetime(2030, 1, 1, tzinfo=UTC)


class InheritanceMixin(XBlockMixin):
    """Settings that are inheritable; each applies to the whole tree below the block where it is set."""

    graded = Boolean(default=False, scope=Scope.settings)
    start = Date(default=DEFAULT_START_DATE, scope=Scope.settings)
    due = Date(scope=Scope.settings)
    visible_to_staff_only = Boolean(default=False, scope=Scope.settings)
    group_access = Dict(default={}, scope=Scope.settings)
    course_edit_method = String(default="Studio", scope=Scope.settings)
    graceperiod = Timedelta(scope=Scope.settings)
    showanswer = String(default="finished", scope=Scope.settings)
    show_correctness = String(default="always", scope=Scope.settings)
    self_paced = Boolean(default=False, scope=Scope.settings)
    relative_weeks_due = Integer(scope=Scope.settings)
    max_attempts = Integer(scope=Scope.settings)
    format = String(scope=Scope.settings)

    @property
    def close_date(self):
        """The due date with the grace period added."""
        if self.graceperiod is not None and self.due is not None:
            return self.due + self.graceperiod
        return self.due

    def is_past_due(self):
        """Whether the close date is over."""
        return self.close_date is not None and datetime.now(UTC) > self.close_date

    def has_deadline_passed(self):
        """Whether submissions are closed: never in a course at the learner's own pace."""
        return not self.self_paced and self.is_past_due()


INHERITABLE = frozenset(InheritanceMixin.fields)
