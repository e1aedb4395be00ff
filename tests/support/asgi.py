"""A site behind ASGI, where a body may come without its length having been stated."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.test.client import FakePayload


def post_without_length(path: str, body: bytes, *, content_type: str, **headers: str) -> Any:
    """Send a body as a client does that does not know its length, and return the response."""
    stated = {"content-type": content_type, **headers}
    return async_to_sync(AsyncClient().request)(
        method="POST",
        path=path,
        headers=[(name.encode(), value.encode()) for name, value in stated.items()],
        _body_file=FakePayload(body),
    )
