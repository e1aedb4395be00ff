"""The floor, asked as a tool asks us. Its database is filled by our own code."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.wsgi import get_wsgi_application

from benchmarks.contestant import Contestant, Row, require
from benchmarks.floor.views import signature_of
from benchmarks.tool import CLIENT_ID, SCORE_TYPE, Message
from benchmarks.wsgi import Answer, Application, Request
from lti_ags.models import LtiAgsScore, LtiConfiguration
from lti_ags.models.fields import digest_of


class Floor(Contestant):
    """One view that stores scores."""

    name = "floor"

    def fill(self) -> None:
        """Not done here."""
        raise NotImplementedError

    def open(self) -> Application:
        """Return the application, and find the item that scores come to."""
        blocks = {block.location.block_id: block for block in LtiConfiguration.objects.select_related("platform_item")}
        self.item_id = blocks["results" if self.dataset.is_crowded else "scores"].platform_item.pk
        application: Application = get_wsgi_application()
        return application

    def sign_in(self, application: Application) -> None:
        """Make the token."""
        self.access_token = f"{CLIENT_ID}.{signature_of(CLIENT_ID)}"

    def score_request(self, message: Message) -> Request:
        """Post to the block's item."""
        return Request(
            "POST",
            f"/line_items/{self.item_id}/scores",
            body=message.body(),
            content_type=SCORE_TYPE,
            authorization=self.bearer(),
        )

    def require_accepted(self, answer: Answer) -> None:
        """A score is taken with 200."""
        require(answer.status == 200, f"A score was answered with {answer.status}: {answer.body[:300]!r}")

    def stored_rows(self, messages: Sequence[Message]) -> list[Row]:
        """Read the scores of these messages' learners, where the timestamp is the message's."""
        by_user = {message.user_id: message for message in messages}
        rows = LtiAgsScore.objects.filter(
            line_item_id=self.item_id, subject__subject_digest__in=[digest_of(user_id) for user_id in by_user]
        ).values_list("subject__subject", "final_score_given", "final_score_maximum", "timestamp")
        return [(user_id, given, most) for user_id, given, most, at in rows if at == by_user[user_id].timestamp]


CONTESTANT = Floor
