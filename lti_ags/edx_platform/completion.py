"""Whether a learner has completed a block, in the platform's own records."""

from __future__ import annotations

import logging

from opaque_keys.edx.keys import UsageKey

from lti_ags.edx_platform.errors import platform_call
from lti_ags.edx_platform.keys import usage_key_of
from lti_ags.edx_platform.learners import user_with_id
from lti_ags.edx_platform.processes import require_lms

log = logging.getLogger(__name__)


def submit_completion(usage_key: UsageKey | str, *, user_id: int, completion: float) -> None:
    """
    Record how far a learner is with a block. A site that does not track completion is left alone.

    Arguments:
        completion: 0.0, nothing done, to 1.0, all done.

    Raises:
        PermanentPlatformError: no such user, or not the LMS.
        TransientPlatformError: it may or may not have been recorded. Recording it again does no harm.
    """
    action = "recording completion"
    require_lms(action)
    key = usage_key_of(usage_key)
    user = user_with_id(user_id)
    with platform_call(action):
        from completion.models import BlockCompletion

        try:
            BlockCompletion.objects.submit_completion(user=user, block_key=key, completion=completion)
        except RuntimeError:
            log.debug("%s: completion is not tracked on this site", key)
