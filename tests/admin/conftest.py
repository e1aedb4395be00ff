"""The operator of the site, and a course in which a tool has graded somebody."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.http import HttpResponse
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsLineItem
from tests.support.ags import Ags, score_body

#: The pages of the operator.
ADMIN = "/admin/lti_ags"

Send = Callable[..., HttpResponse]
_NUMBERS = count(1)


@pytest.fixture
def item(declarative_block: UsageKey) -> LtiAgsLineItem:
    """The block's one line item."""
    return LtiAgsLineItem.objects.get(platform_item_of__location=declarative_block)


@pytest.fixture
def send(ags: Ags, django_capture_on_commit_callbacks: Any) -> Send:
    """The tool posts a score, each later than the one before; what follows the commit has happened."""

    def send_score(item: int, user_id: str, **members: Any) -> HttpResponse:
        timestamp = f"2026-03-01T09:{next(_NUMBERS) % 60:02d}:00Z"
        with django_capture_on_commit_callbacks(execute=True):
            return ags.post_score(item, score_body(user_id, **{"timestamp": timestamp, **members}))

    return send_score
