"""Ids under which a learner is known outside, one for each type and for all courses."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from lms.djangoapps.grades import faults


class ExternalIdType(models.Model):
    """
    A kind of external id. The type ``lti`` comes from a migration.

    .. no_pii:
    """

    MICROBACHELORS_COACHING = "mb_coaching"
    CALIPER = "caliper"
    XAPI = "xapi"
    LTI = "lti"

    name = models.CharField(max_length=32, blank=False, unique=True, db_index=True)
    description = models.TextField()

    class Meta:
        app_label = "external_user_ids"


class ExternalId(models.Model):
    """
    One external id of one user.

    .. no_pii: We store external_user_id here, but do not consider that PII under OEP-30.
    """

    external_user_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    external_id_type = models.ForeignKey(ExternalIdType, db_index=True, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=True, on_delete=models.CASCADE)

    class Meta:
        app_label = "external_user_ids"
        unique_together = (("user", "external_id_type"),)

    @classmethod
    def user_has_external_id(cls, user, type_name):
        return cls.objects.filter(user=user, external_id_type__name=type_name).exists()

    @classmethod
    def add_new_user_id(cls, user, type_name):
        """Return the user's id of this type and whether it is new; ``(None, False)`` where the type is missing."""
        faults.strike("external_id", user.id)
        id_type = ExternalIdType.objects.filter(name=type_name).first()
        if id_type is None:
            return None, False
        return cls.objects.get_or_create(user=user, external_id_type=id_type)

    @classmethod
    def batch_get_or_create_user_ids(cls, users, type_name):
        """Return ``{user id: ExternalId}`` for all these users; None where the type is missing."""
        id_type = ExternalIdType.objects.filter(name=type_name).first()
        if id_type is None:
            return None
        return {user.id: cls.objects.get_or_create(user=user, external_id_type=id_type)[0] for user in users}
