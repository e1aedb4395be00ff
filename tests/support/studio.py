"""Studio as an author meets it: the draft of a block, its editor, and what saving answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import webob
from crum import impersonate
from django.test import override_settings
from opaque_keys.edx.keys import UsageKey

from cms.djangoapps.contentstore.utils import load_services_for_studio
from common.djangoapps.student.auth import has_studio_write_access
from xmodule.modulestore.django import modulestore


@contextmanager
def studio(user: Any) -> Iterator[None]:
    """Be a Studio process that serves a request of ``user``."""
    with override_settings(ROOT_URLCONF="cms.urls"), impersonate(user):
        yield


def draft(location: UsageKey, user: Any) -> Any:
    """Load the draft of a block as Studio does, with Studio's services. Only within ``studio``."""
    block = modulestore().get_item(location)
    load_services_for_studio(block.runtime, user)
    return block


def view(location: UsageKey, name: str, user: Any) -> str:
    """The HTML of one of the block's views in Studio, without what the platform wraps around it."""
    with studio(user):
        return str(getattr(draft(location, user), name)({}).content)


def post(
    location: UsageKey,
    data: object,
    user: Any,
    *,
    body: bytes | None = None,
    handler: str = "submit_studio_edits",
    trouble: AbstractContextManager[object] | None = None,
) -> tuple[int, Any]:
    """
    Send a message to a handler of the editor; the answer's status and JSON. Studio stores whatever the status is.

    Arguments:
        trouble: what is wrong while the handler is at work.
    """
    with studio(user):
        block = draft(location, user)
        request = webob.Request.blank("/", method="POST", body=json.dumps(data).encode() if body is None else body)
        with trouble or nullcontext():
            response = block.handle(handler, request)
        if has_studio_write_access(user, location.course_key):
            modulestore().update_item(block, user.pk)
        return response.status_code, response.json


def stored(location: UsageKey, user: Any) -> dict[str, Any]:
    """What is stored on the draft itself, by field."""
    with studio(user):
        block = draft(location, user)
        return {name: field.read_json(block) for name, field in block.fields.items() if field.is_set_on(block)}


def messages(location: UsageKey, user: Any) -> list[tuple[str, str]]:
    """What Studio shows beside the block: type and text of each message."""
    with studio(user):
        return [(message.type, message.text) for message in draft(location, user).validate().messages]
