"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class LtiConsumerConfig(AppConfig):
    """Stands in for the app of lti-consumer-xblock."""

    name = "lti_consumer"
    default_auto_field = "django.db.models.AutoField"
