"""What an author has copied."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from opaque_keys.edx.django.models import UsageKeyField


class UserClipboard(models.Model):
    """
    The one block that an author has in the clipboard, as OLX.

    .. no_pii:
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE)
    source_usage_key = UsageKeyField(max_length=255)
    olx = models.TextField()

    class Meta:
        app_label = "content_staging"
