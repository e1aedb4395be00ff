"""What authors copied from where, as far as the platform tells."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lti_ags.models.fields import DigestField


class LtiCopy(models.Model):
    """
    One copy: a block of a block, or a course run of a course run.

    Written by the copy service when the platform announces a duplicate, and when a re-run is followed for the first
    time. Unique by ``copied_key``, the key of the copy as text; never changed.

    .. no_pii:
    """

    copied_key = models.CharField(max_length=255)
    copied_key_digest = DigestField(of="copied_key")
    source_key = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A copy has one source. The digest tells keys apart that differ by case."""

        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        constraints = [models.UniqueConstraint(fields=["copied_key_digest"], name="lti_ags_copy_key_uniq")]

    def __str__(self) -> str:
        return self.copied_key
