"""What happened: received messages and the history of grades. Rows are added and pruned, never changed."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lti_ags.constants import EventKind
from lti_ags.models.contexts import LtiContext
from lti_ags.models.fields import JsonTextField
from lti_ags.models.grades import LtiAgsGrade
from lti_ags.models.line_items import LtiAgsLineItem
from lti_ags.models.tools import LtiTool

#: ``LtiAgsDelivery.status`` of a message that was refused is this or higher; that of one that was taken is lower.
FIRST_REFUSED_STATUS: Final = 400


class LtiAgsDelivery(models.Model):
    """
    One received score message of a known tool and the answer it got, refusals included.

    Written by the score service with the score, or on its own for a refusal. ``uuid`` is the ``deliveryId`` of the
    answer, for which staff can search. ``body`` is the message as received, without headers and so without tokens; of
    more than 16,384 characters only what it says of the score, or where it was refused its beginning. Retention is
    ``LTI_AGS_DELIVERY_RETENTION_DAYS``.

    .. pii: a message about a learner.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(_("delivery id"), default=uuid.uuid4, editable=False, unique=True)
    tool = models.ForeignKey(LtiTool, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("tool"))
    context = models.ForeignKey(
        LtiContext,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("context"),
    )
    line_item = models.ForeignKey(
        LtiAgsLineItem,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("line item"),
    )
    user_id = models.CharField(_("user id"), max_length=255, blank=True, default="")
    user_id_digest = models.CharField(max_length=64, blank=True, default="", db_index=True)
    body = models.TextField(blank=True, default="")
    status = models.PositiveSmallIntegerField(_("status"))
    code = models.CharField(_("code"), max_length=64)
    message = models.TextField(_("message"), blank=True, default="")
    received_at = models.DateTimeField(_("received at"), db_index=True)

    class Meta:
        """Found by id, by line item, by tool and time."""

        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [models.Index(fields=["tool", "received_at"], name="lti_ags_delivery_tool_time")]

    def __str__(self) -> str:
        return str(self.uuid)


class LtiAgsEvent(models.Model):
    """
    One entry in the history of a grade: decided, published, failed, changed by staff, or an action of staff.

    Written by the publisher and by the staff services. ``actor`` is the member of staff, or None for the platform
    itself. ``details`` holds plain values: a decision, points, a reason. Retention is ``LTI_AGS_EVENT_RETENTION_DAYS``.

    .. pii: the history of a learner's grade, and the staff members who changed it.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    grade = models.ForeignKey(LtiAgsGrade, on_delete=models.CASCADE, related_name="events", verbose_name=_("grade"))
    kind = models.CharField(_("kind"), max_length=24, choices=[(value.value, value.value) for value in EventKind])
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("actor"),
    )
    details: models.Field[dict[str, Any], dict[str, Any]] = JsonTextField(default=dict, blank=True)
    happened_at = models.DateTimeField(_("happened at"), db_index=True)

    class Meta:
        """In the order in which things happened."""

        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} of grade {self.grade_id}"
