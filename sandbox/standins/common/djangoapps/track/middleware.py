"""Every request is written to the site's tracking log, with the beginning of what was sent."""

from __future__ import annotations

import json
import logging
import re

from django.conf import settings
from django.utils.deprecation import MiddlewareMixin

log = logging.getLogger("tracking")

_CENSORED = ("password", "newpassword", "new_password", "oldpassword", "old_password", "new_password1", "new_password2")
_MOST = 512


class TrackMiddleware(MiddlewareMixin):
    """Reads the form of a request before any view does, and logs it, unless the site leaves the address out."""

    def process_request(self, request):
        if any(re.match(pattern, request.path_info) for pattern in settings.TRACKING_IGNORE_URL_PATTERNS):
            return
        sent = {method: dict(getattr(request, method)) for method in ("GET", "POST")}
        for form in sent.values():
            form.update({name: "*" * 8 for name in _CENSORED if name in form})
        log.info("%s %s", request.path_info, json.dumps(sent)[:_MOST])
