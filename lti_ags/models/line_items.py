"""Gradebook lines as AGS sees them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lti_ags.constants import MAX_LABEL_LENGTH, MAX_RESOURCE_ID_LENGTH, MAX_TAG_LENGTH
from lti_ags.models.configurations import LtiConfiguration
from lti_ags.models.contexts import LtiContext
from lti_ags.models.fields import DigestField, JsonTextField, check_constraint


class LtiAgsLineItem(models.Model):
    """
    One line item (AGS 3.2).

    Written by the line item service for tools, and by the receiver of ``LtiConfiguration`` for the platform.
    ``context`` is the owner and never changes. ``lti_configuration`` is the block it is linked to; without one, its
    scores are kept and reach no grade. ``platform_item_of`` marks the one item that the platform made for a block,
    and is unique; when the block gets another tool, ``former_platform_item_of`` takes its place, so that the item is
    found if the block gets its tool back. ``extensions`` holds the members with URL names as the tool sent them. A
    deleted item keeps its row and scores.

    ``score_maximum`` is in points, finite and > 0.

    .. no_pii:
    """

    context = models.ForeignKey(
        LtiContext, on_delete=models.PROTECT, related_name="line_items", verbose_name=_("context")
    )
    lti_configuration = models.ForeignKey(
        LtiConfiguration,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="line_items",
        verbose_name=_("LTI configuration"),
    )
    platform_item_of = models.OneToOneField(
        LtiConfiguration, on_delete=models.PROTECT, null=True, blank=True, related_name="platform_item"
    )
    former_platform_item_of = models.ForeignKey(
        LtiConfiguration, on_delete=models.PROTECT, null=True, blank=True, related_name="former_platform_items"
    )
    resource_id = models.CharField(_("resource id"), max_length=MAX_RESOURCE_ID_LENGTH, blank=True, default="")
    resource_id_digest = DigestField(of="resource_id")
    tag = models.CharField(_("tag"), max_length=MAX_TAG_LENGTH, blank=True, default="")
    tag_digest = DigestField(of="tag")
    label = models.CharField(_("label"), max_length=MAX_LABEL_LENGTH)
    score_maximum = models.FloatField(_("score maximum"))
    start_date_time = models.DateTimeField(_("start date time"), null=True, blank=True)
    end_date_time = models.DateTimeField(_("end date time"), null=True, blank=True)
    grades_released = models.BooleanField(_("grades released"), null=True, blank=True)
    extensions: models.Field[dict[str, Any], dict[str, Any]] = JsonTextField(_("extensions"), default=dict, blank=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    modified_at = models.DateTimeField(_("modified at"), auto_now=True)

    class Meta:
        """Lists are read by context in the order of ``id``, whole or by one of the filters."""

        verbose_name = _("line item")
        verbose_name_plural = _("line items")
        constraints = [check_constraint(Q(score_maximum__gt=0), name="lti_ags_line_item_maximum_positive")]
        indexes = [
            models.Index(fields=["context", "deleted_at", "id"], name="lti_ags_item_context"),
            models.Index(fields=["context", "tag_digest", "id"], name="lti_ags_item_tag"),
            models.Index(fields=["context", "resource_id_digest", "id"], name="lti_ags_item_resource"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.label}"

    @property
    def is_platform_made(self) -> bool:
        """Whether the platform owns the life of this item."""
        return self.platform_item_of_id is not None
