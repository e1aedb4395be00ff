"""Answers in JSON, whatever the caller says it accepts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from lti_ags.constants import MediaType


class JsonRenderer(BaseRenderer):
    """
    Write JSON in plain ASCII.

    The view names the vendor media type of what it answers; an error keeps the plain type given here. Escapes instead
    of UTF-8 need no charset and survive every proxy.
    """

    media_type = MediaType.JSON.value
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002 - DRF's signature
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - DRF's signature
    ) -> bytes:
        """Return the bytes; none for an answer without a body."""
        return b"" if data is None else json.dumps(data, allow_nan=False, separators=(",", ":")).encode("ascii")


class ExactNegotiation(BaseContentNegotiation):
    """
    Serve the one type that a resource has (N-01 to N-03).

    Clients ask for ``application/json``, for the type of the neighbouring resource, or for nothing at all; an answer of
    406 would help none of them.
    """

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> None:
        """Leave bodies to ``rest_api.parsing``, which is stricter than any parser of DRF."""

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 - DRF's signature
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002 - DRF's signature
    ) -> tuple[BaseRenderer, str]:
        """Return the only renderer."""
        [renderer] = renderers
        return renderer, str(renderer.media_type)
