"""The steps of a learner's retirement."""

from __future__ import annotations

from django.dispatch import Signal

# Each is sent plainly inside the transaction of its request: a receiver that raises breaks that step.
USER_RETIRE_MAILINGS = Signal()
USER_RETIRE_LMS_CRITICAL = Signal()
USER_RETIRE_LMS_MISC = Signal()
