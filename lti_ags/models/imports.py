"""What was taken over from another component, so that it is taken over once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lti_ags.models.line_items import LtiAgsLineItem


class LtiImportedLineItem(models.Model):
    """
    One line item of the ``lti_consumer`` app that was taken over, and the one that it became here.

    Written by the import. Unique by ``source_id``, the primary key of the row there, and by ``line_item``: an import
    that runs again finds what it made before, whatever the tool has changed since.

    .. no_pii:
    """

    source_id = models.BigIntegerField(unique=True)
    line_item = models.OneToOneField(LtiAgsLineItem, on_delete=models.CASCADE, related_name="imported_from")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Append only."""

        verbose_name = _("imported line item")
        verbose_name_plural = _("imported line items")

    def __str__(self) -> str:
        return f"{self.source_id} became {self.line_item_id}"
