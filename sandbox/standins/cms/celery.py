"""The Studio's Celery application."""

from __future__ import annotations

from openedx.core.lib.celery import APP

__all__ = ["APP"]
