"""The tables of lti-consumer-xblock 11.4 that an import reads: same names, columns, lengths and constraints."""

from __future__ import annotations

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from opaque_keys.edx.django.models import UsageKeyField


class CheckedModel(models.Model):
    """Refuses, at every save, what the component's own forms would refuse."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.full_clean()
        super().save(*args, **kwargs)


class Lti1p3Passport(CheckedModel):
    """What a tool knows the platform by. ``lti_1p3_client_id`` is not unique."""

    name = models.CharField(max_length=255, null=True, blank=True)
    context_key = models.CharField(max_length=255, null=True, blank=True)
    passport_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    lti_1p3_internal_private_key = models.TextField(blank=True)
    lti_1p3_internal_private_key_id = models.CharField(max_length=255, blank=True)
    lti_1p3_internal_public_jwk = models.TextField(blank=True)
    lti_1p3_client_id = models.CharField(max_length=255)
    lti_1p3_tool_public_key = models.TextField(blank=True)
    lti_1p3_tool_keyset_url = models.CharField(max_length=255, blank=True)


class LtiConfiguration(CheckedModel):
    """One block. With ``CONFIG_ON_XBLOCK`` the block's fields hold the tool's addresses, not this row."""

    version = models.CharField(
        max_length=10, choices=[("lti_1p1", "LTI 1.1"), ("lti_1p3", "LTI 1.3")], default="lti_1p1"
    )
    config_store = models.CharField(
        max_length=255,
        choices=[(name, name) for name in ("CONFIG_ON_XBLOCK", "CONFIG_ON_DB", "CONFIG_EXTERNAL")],
        default="CONFIG_ON_XBLOCK",
    )
    external_id = models.CharField(max_length=255, blank=True, null=True)
    config_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    location = UsageKeyField(max_length=255, db_index=True, null=True, blank=True, unique=True)
    lti_config = models.TextField(blank=True, default="{}")
    lti_1p1_launch_url = models.CharField(max_length=255, blank=True)
    lti_1p1_client_key = models.CharField(max_length=255, blank=True)
    lti_1p1_client_secret = models.CharField(max_length=255, blank=True)
    lti_1p3_passport = models.ForeignKey(Lti1p3Passport, on_delete=models.SET_NULL, null=True, blank=True)
    lti_1p3_oidc_url = models.CharField(max_length=255, blank=True)
    lti_1p3_launch_url = models.CharField(max_length=255, blank=True)
    lti_1p3_redirect_uris = models.JSONField(default=list, blank=True)
    lti_advantage_enable_nrps = models.BooleanField(default=False)
    lti_advantage_deep_linking_enabled = models.BooleanField(default=False)
    lti_advantage_deep_linking_launch_url = models.CharField(max_length=225, blank=True)
    lti_advantage_ags_mode = models.CharField(
        max_length=20,
        choices=[(name, name) for name in ("disabled", "declarative", "programmatic")],
        default="declarative",
    )
    lti_1p3_proctoring_enabled = models.BooleanField(default=False)


class LtiAgsLineItem(CheckedModel):
    """One line item. Its owner may be missing, and it may name a block that is not its owner's."""

    lti_configuration = models.ForeignKey(LtiConfiguration, on_delete=models.CASCADE, null=True, blank=True)
    resource_id = models.CharField(max_length=255, blank=True)
    resource_link_id = UsageKeyField(max_length=255, db_index=True, null=True, blank=True)
    label = models.CharField(max_length=100)
    score_maximum = models.IntegerField()
    tag = models.CharField(max_length=50, blank=True)
    start_date_time = models.DateTimeField(blank=True, null=True)
    end_date_time = models.DateTimeField(blank=True, null=True)


class LtiAgsScore(CheckedModel):
    """The last score of a learner on a line item; ``user_id`` is the learner's external id of type ``lti``."""

    line_item = models.ForeignKey(LtiAgsLineItem, on_delete=models.CASCADE, related_name="scores")
    timestamp = models.DateTimeField()
    score_given = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0)])
    score_maximum = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0)])
    comment = models.TextField(null=True, blank=True)
    activity_progress = models.CharField(
        max_length=20,
        choices=[(name, name) for name in ("Initialized", "Started", "InProgress", "Submitted", "Completed")],
    )
    grading_progress = models.CharField(
        max_length=20,
        choices=[(name, name) for name in ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")],
    )
    user_id = models.CharField(max_length=255)

    class Meta:
        unique_together = (("line_item", "user_id"),)
