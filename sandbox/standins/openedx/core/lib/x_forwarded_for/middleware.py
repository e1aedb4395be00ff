"""The platform rewrites REMOTE_ADDR from X-Forwarded-For before any view sees the request."""

from __future__ import annotations

from django.utils.deprecation import MiddlewareMixin


class XForwardedForMiddleware(MiddlewareMixin):
    """Believe the last proxy, which is the safest of the addresses named."""

    def process_request(self, request):
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
        if forwarded:
            request.META["REMOTE_ADDR"] = forwarded.split(",")[-1].strip()
