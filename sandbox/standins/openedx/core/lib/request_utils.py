"""The platform's exception handler for REST views: it logs, then leaves the answer to the REST framework."""

from __future__ import annotations

import logging

from rest_framework.views import exception_handler

log = logging.getLogger(__name__)


def ignored_error_exception_handler(exc, context):
    """Log the error; DRF's own handler answers, and marks the open transaction for rollback."""
    log.info("REST error: %s", type(exc).__name__)
    return exception_handler(exc, context)
