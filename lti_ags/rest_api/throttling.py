"""The rate of a tool's requests, as Django REST framework asks for it."""

from __future__ import annotations

from typing import cast

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from lti_ags.data import Caller
from lti_ags.security.rates import seconds_to_wait


class ToolThrottle(BaseThrottle):
    """Hold a tool to ``LTI_AGS_TOOL_RATE``, all of its tokens and the platform's web workers together."""

    def __init__(self) -> None:
        self._wait: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        """Count the request."""
        caller = cast(Caller, request.auth)
        self._wait = seconds_to_wait(setting="LTI_AGS_TOOL_RATE", caller=str(caller.tool_id))
        return self._wait is None

    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        return self._wait
