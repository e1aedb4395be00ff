"""The Django app, and how edx-platform finds its parts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LtiAgsConfig(AppConfig):
    """
    Installed into LMS and Studio by their plugin entry points.

    ``plugin_app`` uses literal strings, as the names behind them live in edx-platform. Studio gets no URLs: it serves
    no AGS endpoint.
    """

    name = "lti_ags"
    verbose_name = _("LTI Assignment and Grade Services")
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": {
            "lms.djangoapp": {"namespace": "lti_ags", "regex": r"^api/lti_ags/v1/", "relative_path": "urls"},
        },
        "settings_config": {
            service: {
                "common": {"relative_path": "settings.common"},
                "production": {"relative_path": "settings.production"},
            }
            for service in ("lms.djangoapp", "cms.djangoapp")
        },
    }

    def ready(self) -> None:
        """Connect the receivers and register the system checks."""
        # Models are not ready when this module is imported, so what needs them is imported here.
        from lti_ags import checks, tasks  # noqa: F401 - both register what they hold
        from lti_ags.receivers import platform, saving, tracking  # noqa: F401 - ``saving`` connects by being imported

        platform.connect()
        tracking.connect()
