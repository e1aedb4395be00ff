"""
The door to Open edX: the only code of the project that knows the platform's modules.

They are imported inside functions, so that the package can be imported without them. Three errors leave it:
``TransientPlatformError``, try again; ``PermanentPlatformError``, stop; ``BlockNotFound``, a kind of the latter. What
the platform raises and we have never heard of leaves as it is (``errors``).
"""

from __future__ import annotations

from lti_ags.edx_platform.access import can_author, can_load, is_course_staff, is_masquerading
from lti_ags.edx_platform.blocks import bind_block, load_block
from lti_ags.edx_platform.choices import BLOCK_TYPE, block_choices, walk_blocks
from lti_ags.edx_platform.completion import submit_completion
from lti_ags.edx_platform.consumer_blocks import consumer_tool
from lti_ags.edx_platform.courses import course_title, rerun_source
from lti_ags.edx_platform.due_dates import learner_due_at
from lti_ags.edx_platform.errors import platform_call
from lti_ags.edx_platform.grades import clear_score, lms_state, publish_score, read_score, read_scores
from lti_ags.edx_platform.keys import ccx_base
from lti_ags.edx_platform.learners import enrolment, subject_of_user, user_of_subject
from lti_ags.edx_platform.people import (
    current_user,
    email_address,
    full_name,
    full_names,
    time_zone_name,
    user_of_anonymous_id,
    user_search,
)
from lti_ags.edx_platform.processes import is_lms
from lti_ags.edx_platform.tracking import emit_tracking_event

__all__ = [
    "BLOCK_TYPE",
    "bind_block",
    "block_choices",
    "can_author",
    "can_load",
    "ccx_base",
    "clear_score",
    "consumer_tool",
    "course_title",
    "current_user",
    "email_address",
    "emit_tracking_event",
    "enrolment",
    "full_name",
    "full_names",
    "is_course_staff",
    "is_lms",
    "is_masquerading",
    "learner_due_at",
    "lms_state",
    "load_block",
    "platform_call",
    "publish_score",
    "read_score",
    "read_scores",
    "rerun_source",
    "subject_of_user",
    "submit_completion",
    "time_zone_name",
    "user_of_anonymous_id",
    "user_of_subject",
    "user_search",
    "walk_blocks",
]
