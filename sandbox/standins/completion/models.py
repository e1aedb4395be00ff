"""Which blocks a learner has completed."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from opaque_keys.edx.django.models import LearningContextKeyField, UsageKeyField


class BlockCompletionManager(models.Manager):
    """The only way to write completion."""

    def submit_completion(self, user, block_key, completion):
        """
        Store how far a learner is with a block; return the row and whether it is new.

        Raises:
            RuntimeError: completion is not tracked on this site.
            ValueError: not between 0 and 1.
        """
        if not settings.ENABLE_COMPLETION_TRACKING:
            raise RuntimeError("BlockCompletion.objects.submit_completion should not be called when the feature is off")
        if not 0.0 <= float(completion) <= 1.0:
            raise ValueError(f"{completion} must be between 0.0 and 1.0")
        if block_key.context_key.is_course and block_key.context_key.run is None:
            raise ValueError("The key needs a course run")
        with transaction.atomic():
            return self.update_or_create(
                user=user,
                context_key=block_key.context_key,
                block_key=block_key,
                defaults={"completion": completion, "block_type": block_key.block_type},
            )


class BlockCompletion(models.Model):
    """
    How far one learner is with one block, 0 to 1.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    context_key = LearningContextKeyField(max_length=255, db_column="course_key")
    block_key = UsageKeyField(max_length=255)
    block_type = models.CharField(max_length=64)
    completion = models.FloatField(validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    objects = BlockCompletionManager()

    class Meta:
        app_label = "completion"
        # Two long keys in one index: as many as MySQL's index takes.
        unique_together = (("user", "block_key"),)
