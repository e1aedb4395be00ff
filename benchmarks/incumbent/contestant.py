"""The incumbent's services, asked as a tool asks them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.core.wsgi import get_wsgi_application
from opaque_keys.edx.keys import UsageKey

from benchmarks.contestant import SAME_LEARNER, Contestant, Row, require
from benchmarks.filling import copy_row, finish, hurry, make_tables
from benchmarks.tool import (
    CLIENT_ID,
    FORM_TYPE,
    SCORE_MAXIMUM,
    SCORE_TYPE,
    Message,
    learner_id,
    points_of,
    public_key_pem,
    token_form,
)
from benchmarks.wsgi import Answer, Application, Request
from lti_consumer.models import Lti1p3Passport, LtiAgsLineItem, LtiAgsScore, LtiConfiguration

_LOCATION = "block-v1:DemoX+Speed+2026+type@lti_consumer+block@results"


class Incumbent(Contestant):
    """The AGS services of ``lti-consumer-xblock``."""

    name = "incumbent"

    def fill(self) -> None:
        """Make one configuration, as its admin does, and the line items and scores that our own database has."""
        make_tables()
        passport = Lti1p3Passport.objects.create(
            name="Benchmark", lti_1p3_client_id=CLIENT_ID, lti_1p3_tool_public_key=public_key_pem()
        )
        configuration = LtiConfiguration.objects.create(
            version=LtiConfiguration.LTI_1P3,
            config_store=LtiConfiguration.CONFIG_ON_DB,
            location=UsageKey.from_string(_LOCATION),
            lti_1p3_passport=passport,
            lti_advantage_ags_mode=LtiConfiguration.LTI_ADVANTAGE_AGS_PROGRAMMATIC,
        )
        item = LtiAgsLineItem.objects.create(
            lti_configuration=configuration,
            resource_id="results",
            resource_link_id=configuration.location,
            label="Results",
            score_maximum=SCORE_MAXIMUM,
        )
        hurry()
        last = self.dataset.line_items + 1
        copy_row(item, range(2, last), id=lambda n: n, label=lambda n: f"Item {n}", resource_id=lambda n: f"item-{n}")
        score = _save_score(item, Message(0, points_of(0), 0))
        copy_row(
            score, range(1, self.dataset.scores), id=lambda n: score.pk + n, user_id=learner_id, score_given=points_of
        )
        _save_score(LtiAgsLineItem.objects.get(label="Item 2"), Message(SAME_LEARNER, points_of(SAME_LEARNER), 0))
        finish(LtiAgsLineItem, LtiAgsScore)

    def open(self) -> Application:
        """Return the application, and find the two line items."""
        configuration = LtiConfiguration.objects.get()
        assert configuration.lti_1p3_passport is not None
        prefix = f"/api/lti_consumer/v1/lti/{configuration.pk}/lti-ags"
        self.token_path = f"/api/lti_consumer/v1/token/{configuration.lti_1p3_passport.passport_id}"
        self.line_items_path = prefix
        self.results_path = f"{prefix}/{LtiAgsLineItem.objects.get(label='Results').pk}/results"
        self.scored_item = LtiAgsLineItem.objects.get(label="Item 2").pk
        self.scores_path = f"{prefix}/{self.scored_item}/scores"
        application: Application = get_wsgi_application()
        return application

    def token_request(self) -> Request:
        """Ask for a token with every scope."""
        return Request("POST", self.token_path, body=token_form("http://127.0.0.1:8000/token"), content_type=FORM_TYPE)

    def token_of(self, answer: Answer) -> tuple[str, frozenset[str]]:
        """Read the answer of the token endpoint."""
        require(answer.status == 200, f"The token endpoint answered {answer.status}: {answer.body[:300]!r}")
        members = json.loads(answer.body)
        return members["access_token"], frozenset(members["scope"].split())

    def score_request(self, message: Message) -> Request:
        """Post to the item that is linked to the block."""
        return Request(
            "POST", self.scores_path, body=message.body(), content_type=SCORE_TYPE, authorization=self.bearer()
        )

    def require_accepted(self, answer: Answer) -> None:
        """A score is taken with 201."""
        require(answer.status == 201, f"A score was answered with {answer.status}: {answer.body[:300]!r}")

    def stored_rows(self, messages: Sequence[Message]) -> list[Row]:
        """Read the scores of these messages' learners, where the timestamp is the message's."""
        by_user = {message.user_id: message for message in messages}
        rows = LtiAgsScore.objects.filter(line_item_id=self.scored_item, user_id__in=list(by_user)).values_list(
            "user_id", "score_given", "score_maximum", "timestamp"
        )
        return [(user_id, given, most) for user_id, given, most, at in rows if at == by_user[user_id].timestamp]

    def line_items_request(self, *, page: int | None = None) -> Request:
        """Ask for all of them; there are no pages."""
        return Request("GET", self.line_items_path, authorization=self.bearer(), accept="*/*")

    def line_item_ids(self, answer: Answer) -> list[str]:
        """Read the ids."""
        require(answer.status == 200, f"Line items were answered with {answer.status}: {answer.body[:300]!r}")
        return [item["id"] for item in json.loads(answer.body)]

    def results_request(self, query: str | None) -> Request:
        """Ask for all of them; there are no pages."""
        return Request("GET", self.results_path, query=query or "", authorization=self.bearer())

    def results_of(self, answer: Answer) -> list[Row]:
        """Read the results."""
        require(answer.status == 200, f"Results were answered with {answer.status}: {answer.body[:300]!r}")
        return [
            (result["userId"], float(result["resultScore"]), float(result["resultMaximum"]))
            for result in json.loads(answer.body)
        ]


def _save_score(item: LtiAgsLineItem, message: Message) -> LtiAgsScore:
    """Save one score as its view does."""
    score: LtiAgsScore = LtiAgsScore.objects.create(
        line_item=item,
        timestamp=message.timestamp,
        score_given=float(message.points),
        score_maximum=float(SCORE_MAXIMUM),
        comment="Well argued.",
        activity_progress="Completed",
        grading_progress="FullyGraded",
        user_id=message.user_id,
    )
    return score


CONTESTANT = Incumbent
