"""Our services, asked as a tool asks them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.wsgi import get_wsgi_application

from benchmarks.contestant import Contestant, Row, require
from benchmarks.ours import publication
from benchmarks.ours.course import RESULTS_BLOCK, SCORES_BLOCK, fill_course, find_places
from benchmarks.tool import FORM_TYPE, SCORE_TYPE, Message, token_form
from benchmarks.works import PAGE_OF_RESULTS
from benchmarks.wsgi import Answer, Application, Request
from lti_ags.models import LtiAgsScore, LtiContext
from lti_ags.models.fields import digest_of
from lti_ags.rest_api.paging import PageRequest, next_link
from lti_ags.services.addresses import line_items_url, results_url, scores_url, token_url

_NEXT = re.compile(r'<[^>?]*\?([^>]*)>; rel="next"')


class Ours(Contestant):
    """The AGS services of this package."""

    name = "ours"
    context: LtiContext
    scored_item_id: int
    results_item_id: int

    def fill(self) -> None:
        """Make a course with its blocks, learners, scores and grades."""
        fill_course(self.dataset)

    def open(self) -> Application:
        """Return the LMS's application, of which only our URLs are left."""
        self.context, items = find_places()
        self.results_item_id = items[RESULTS_BLOCK]
        self.scored_item_id = items[RESULTS_BLOCK if self.dataset.is_crowded else SCORES_BLOCK]
        application: Application = get_wsgi_application()
        return application

    def token_request(self) -> Request:
        """Ask for a token with every scope."""
        return Request("POST", _path(token_url()), body=token_form(token_url()), content_type=FORM_TYPE)

    def token_of(self, answer: Answer) -> tuple[str, frozenset[str]]:
        """Read the answer of the token endpoint."""
        require(answer.status == 200, f"The token endpoint answered {answer.status}: {answer.body[:300]!r}")
        members = json.loads(answer.body)
        return members["access_token"], frozenset(members["scope"].split())

    def score_request(self, message: Message) -> Request:
        """Post to the platform's item of the block."""
        return Request(
            "POST",
            _path(scores_url(self.scored_item_id)),
            body=message.body(),
            content_type=SCORE_TYPE,
            authorization=self.bearer(),
        )

    def require_accepted(self, answer: Answer) -> None:
        """A score was taken if its grade is queued."""
        require(answer.status == 200, f"A score was answered with {answer.status}: {answer.body[:300]!r}")
        require(json.loads(answer.body)["outcome"] == "queued", "A score was not scheduled")

    def stored_rows(self, messages: Sequence[Message]) -> list[Row]:
        """Read the scores of these messages' learners, where the timestamp is the message's."""
        by_user = {message.user_id: message for message in messages}
        rows = LtiAgsScore.objects.filter(
            line_item_id=self.scored_item_id, subject__subject_digest__in=[digest_of(user_id) for user_id in by_user]
        ).values_list("subject__subject", "final_score_given", "final_score_maximum", "timestamp")
        return [(user_id, given, most) for user_id, given, most, at in rows if at == by_user[user_id].timestamp]

    def line_items_request(self, *, page: int | None = None) -> Request:
        """Ask for the first page."""
        query = "" if page is None else f"limit={page}"
        return Request("GET", _path(line_items_url(self.context.uuid)), query=query, authorization=self.bearer())

    def line_item_ids(self, answer: Answer) -> list[str]:
        """Read the ids of a page."""
        require(answer.status == 200, f"Line items were answered with {answer.status}: {answer.body[:300]!r}")
        return [item["id"] for item in json.loads(answer.body)]

    def results_request(self, query: str | None) -> Request:
        """Ask for a page of a thousand."""
        asked = query or f"limit={PAGE_OF_RESULTS}"
        return Request("GET", _path(results_url(self.results_item_id)), query=asked, authorization=self.bearer())

    def results_of(self, answer: Answer) -> list[Row]:
        """Read the results of a page."""
        require(answer.status == 200, f"Results were answered with {answer.status}: {answer.body[:300]!r}")
        return [
            (result["userId"], float(result["resultScore"]), float(result["resultMaximum"]))
            for result in json.loads(answer.body)
        ]

    def next_query(self, answer: Answer) -> str | None:
        """Follow the link to the next page."""
        match = _NEXT.search(answer.headers.get("link", ""))
        return None if match is None else match[1]

    def last_page_query(self) -> str:
        """Follow the link that the page before the last one has."""
        position = self.dataset.scores - PAGE_OF_RESULTS - 1
        rows = LtiAgsScore.objects.filter(line_item_id=self.results_item_id).order_by("pk").values_list("pk", flat=True)
        link = next_link(
            PageRequest(limit=PAGE_OF_RESULTS, after=None, filters={}),
            after=rows[position],
            url=results_url(self.results_item_id),
            resource=f"results:{self.results_item_id}",
        )
        match = _NEXT.search(link)
        require(match is not None, f"This is no link to a next page: {link}")
        assert match is not None
        return match[1]

    def publish(self, *, part: int, parts: int, limit: int) -> dict[str, Any]:
        """Publish waiting grades as a Celery worker does."""
        return publication.publish_waiting(part=part, parts=parts, limit=limit)

    def wait_again(self) -> int:
        """Make every grade wait for publication again."""
        return publication.wait_again()


def _path(url: str) -> str:
    return urlsplit(url).path


CONTESTANT = Ours
