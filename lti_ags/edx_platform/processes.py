"""
Which service of the platform this process belongs to.

LMS and Studio run the same code with different apps. In Studio the modules of the grades app can be imported but the
app is not installed: a score published there would be written without ever becoming a grade.
"""

from __future__ import annotations

from django.apps import apps
from django.conf import settings

from lti_ags.exceptions import PermanentPlatformError

_GRADES_APP = "lms.djangoapps.grades"


def is_lms() -> bool:
    """
    Tell whether this process is the LMS: a web process, a worker or a command of it.

    ``ROOT_URLCONF`` decides, as it does for the platform's plugins; on a site that has a URL module of its own,
    ``SERVICE_VARIANT`` does.
    """
    urls = settings.ROOT_URLCONF
    if urls in {"lms.urls", "cms.urls"}:
        return bool(urls == "lms.urls")
    return getattr(settings, "SERVICE_VARIANT", None) == "lms"


def require_lms(action: str) -> None:
    """
    Refuse what only the LMS can do.

    Raises:
        PermanentPlatformError: this process is Studio, or has no grades app.
    """
    if not is_lms():
        raise PermanentPlatformError(f"{action}: only the LMS can do this, and this process is Studio")
    if not apps.is_installed(_GRADES_APP):
        raise PermanentPlatformError(f"{action}: the app {_GRADES_APP} is not installed here")
