"""A tool at work: its calls of the AGS services, with a token from the real token endpoint."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lti_ags.constants import MediaType, Scope
from lti_ags.models import LtiContext
from lti_ags.services.addresses import line_item_url, line_items_url, results_url, scores_url
from tests.support.tools import RegisteredTool

#: What a request does to keep its transactions apart; the number of the others is what costs.
_TRANSACTIONS: Final = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

LINE_ITEM: Final[dict[str, Any]] = {"label": "Chapter 5 Test", "scoreMaximum": 60}


def score_body(user_id: str, **members: Any) -> dict[str, Any]:
    """A final score, with changes; a member that is ``None`` stays as null."""
    return {
        "userId": user_id,
        "scoreGiven": 83,
        "scoreMaximum": 100,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-03-01T09:30:00.123Z",
        **members,
    }


@dataclass
class Ags:
    """The AGS services as one tool reaches them, holding a token for some scopes, all of them by default."""

    tool: RegisteredTool
    scopes: tuple[str, ...] = tuple(Scope)
    client: Client = field(default_factory=Client)
    _token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        self._token = self._token or self.tool.token(self.client, *self.scopes)
        return {"HTTP_AUTHORIZATION": f"Bearer {self._token}"}

    def request(
        self, method: str, url: str, body: Any = None, *, content_type: str = MediaType.JSON.value, **extra: Any
    ) -> HttpResponse:
        """Send a request; a body that is no bytes is sent as JSON."""
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        if body is not None:
            # Django's client leaves the type of an empty body out.
            extra.setdefault("CONTENT_TYPE", content_type)
        return self.client.generic(method, url, data, content_type=content_type, **self.headers, **extra)

    def get(self, url: str, **query: Any) -> HttpResponse:
        return self.client.get(url, query, **self.headers)

    def container(self, context: LtiContext) -> str:
        return line_items_url(context.uuid)

    def list_items(self, context: LtiContext, **query: Any) -> HttpResponse:
        return self.get(line_items_url(context.uuid), **query)

    def create_item(self, context: LtiContext, **members: Any) -> HttpResponse:
        body = {**LINE_ITEM, **members}
        return self.request("POST", line_items_url(context.uuid), body, content_type=MediaType.LINE_ITEM.value)

    def made_item(self, context: LtiContext, **members: Any) -> int:
        """Create a line item that has to succeed; return its number."""
        response = self.create_item(context, **members)
        assert response.status_code == 201, response.content
        return int(response.json()["id"].rpartition("/")[2])

    def get_item(self, line_item_id: int) -> HttpResponse:
        return self.get(line_item_url(line_item_id))

    def put_item(self, line_item_id: int, **members: Any) -> HttpResponse:
        return self.request(
            "PUT", line_item_url(line_item_id), {**LINE_ITEM, **members}, content_type=MediaType.LINE_ITEM.value
        )

    def delete_item(self, line_item_id: int) -> HttpResponse:
        return self.request("DELETE", line_item_url(line_item_id))

    def post_score(self, line_item_id: int, body: Any) -> HttpResponse:
        return self.request("POST", scores_url(line_item_id), body, content_type=MediaType.SCORE.value)

    def get_results(self, line_item_id: int, **query: Any) -> HttpResponse:
        return self.get(results_url(line_item_id), **query)


class StatementCount(CaptureQueriesContext):
    """Counts the SQL statements in a ``with`` block, without those that only open and close transactions."""

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def statements(self) -> list[str]:
        return [query["sql"] for query in self.captured_queries if not query["sql"].startswith(_TRANSACTIONS)]

    def __len__(self) -> int:
        return len(self.statements)
