"""What users have chosen in their accounts."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lms.djangoapps.grades import faults


class UserPreference(models.Model):
    """
    One choice of one user, as text.

    .. no_pii:
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, db_index=True, related_name="preferences", on_delete=models.CASCADE
    )
    key = models.CharField(max_length=255, db_index=True)
    value = models.TextField()

    class Meta:
        app_label = "user_api"
        unique_together = ("user", "key")

    @classmethod
    def get_value(cls, user, preference_key, default=None):
        """Return what the user chose, or the default."""
        faults.strike("preference", user.id)
        row = cls.objects.filter(user=user, key=preference_key).first()
        return default if row is None else row.value
