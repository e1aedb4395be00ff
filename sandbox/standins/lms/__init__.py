"""A stand-in for the platform's service of this name."""

from __future__ import annotations

# Imported here so that every shared task uses this application, as on the platform.
from lms.celery import APP as CELERY_APP

__all__ = ["CELERY_APP"]
