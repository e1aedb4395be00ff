"""A score completes a block."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import UsageKey

from completion.models import BlockCompletion
from lms.djangoapps.grades.signals.signals import PROBLEM_WEIGHTED_SCORE_CHANGED
from xmodule.modulestore.runtime import block_class


def scorable_block_completion(sender, **kwargs) -> None:
    """Mark the block complete, or incomplete when the score was deleted; a grader's response means: not yet."""
    if not settings.ENABLE_COMPLETION_TRACKING:
        return
    block_key = UsageKey.from_string(kwargs["usage_id"])
    cls = block_class(block_key.block_type)
    if getattr(cls, "has_custom_completion", False):
        return
    if getattr(cls, "completion_mode", "completable") != "completable":
        return
    if kwargs.get("grader_response"):
        return
    user = get_user_model().objects.get(id=kwargs["user_id"])
    completion = 0.0 if kwargs.get("score_deleted") else 1.0
    BlockCompletion.objects.submit_completion(user=user, block_key=block_key, completion=completion)


PROBLEM_WEIGHTED_SCORE_CHANGED.connect(scorable_block_completion, dispatch_uid="completion.scorable_block")
