"""
Loading a published block, and binding one to a learner.

The services of a block's runtime, the one that publishes grades among them, belong to the whole process and serve the
learner who was bound last, whichever block is asked. Nothing here uses them: a bound block is good for reading fields.
"""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.keys import UsageKey
from xblock.core import XBlock

from lti_ags.edx_platform.errors import platform_call
from lti_ags.edx_platform.keys import usage_key_of
from lti_ags.edx_platform.learners import user_with_id
from lti_ags.edx_platform.modulestore import published_branch
from lti_ags.edx_platform.processes import require_lms


def load_block(usage_key: UsageKey | str) -> XBlock:
    """
    Load a block of the published course: a new object, bound to nobody.

    Raises:
        BlockNotFound: there is none: never published, deleted, or a key of something else.
    """
    key = usage_key_of(usage_key)
    with platform_call("loading a block"), published_branch(key.course_key) as store:
        return store.get_item(key)


def bind_block(block: XBlock, *, user_id: int) -> XBlock:
    """
    Bind a freshly loaded block to a learner, so that its fields are that learner's: state and dates.

    A field that was read before stays as it was read: bind first, then read. Works without a request. A learner who may
    not see the block is bound all the same.

    Raises:
        PermanentPlatformError: no such user, or this process is Studio.
    """
    action = "binding a block to a learner"
    require_lms(action)
    user = user_with_id(user_id)
    with platform_call(action):
        from lms.djangoapps.courseware.block_render import get_block_for_descriptor
        from lms.djangoapps.courseware.model_data import FieldDataCache

        course_key = block.scope_ids.usage_id.course_key
        learner_data = FieldDataCache.cache_for_block_descendents(course_key, user, block, depth=0)
        # It answers None to a learner without access, but has bound the block by then.
        get_block_for_descriptor(
            user=user,
            request=None,
            block=block,
            field_data_cache=learner_data,
            course_key=course_key,
            track_function=_track_nothing,
        )
        return block


def _track_nothing(*_args: Any, **_kwargs: Any) -> None:
    """Take the tracking events of a block that nobody looks at."""
