"""The tool's side of the story: a third-party library's service classes, and a record of what went over the wire."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from urllib.parse import urlsplit

import requests
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.exception import LtiServiceException
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector

SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_TIMEOUT_SECONDS: Final = 30
_SHOWN: Final = 200
_PREFIX: Final = "/api/lti_ags/v1"
#: Members of answers, in the order in which they are shown. A token is nobody's business but the tool's.
_WORTH_SHOWING: Final = (
    *("token_type", "expires_in", "scope"),
    *("code", "outcome", "message", "reason"),
    *("id", "label", "scoreMaximum", "tag", "resourceLinkId"),
    *("resultScore", "resultMaximum"),
)


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    method: str
    url: str
    status: int
    body: Any

    def member(self, name: str) -> Any:
        """Return a member of the answer's JSON object; None where there is none."""
        return self.body.get(name) if isinstance(self.body, dict) else None

    def __str__(self) -> str:
        return f"{self.method} {_short(self.url)} -> {self.status} {_in_words(self.body)}".rstrip()


class Wire:
    """A requests session that remembers every exchange, in order."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.headers["User-Agent"] = "lti-ags-demo"
        self.session.hooks["response"].append(self._remember)
        self.exchanges: list[Exchange] = []

    @property
    def last(self) -> Exchange:
        """The latest exchange."""
        return self.exchanges[-1]

    def _remember(self, response: requests.Response, **_options: Any) -> None:
        try:
            body = response.json() if response.content else None
        except ValueError:
            body = response.text
        request = response.request
        self.exchanges.append(Exchange(str(request.method), str(request.url), response.status_code, body))


@dataclass(frozen=True)
class ToolSide:
    """
    A registered tool at work in one course.

    ``endpoint`` is the AGS claim of a launch.
    """

    registration: Registration
    endpoint: Mapping[str, Any]
    wire: Wire
    connector: ServiceConnector

    @classmethod
    def of(
        cls, sheet: Mapping[str, str], *, endpoint: Mapping[str, Any], private_pem: str, public_pem: str
    ) -> ToolSide:
        """Set the library up from what the platform's operator printed and what the launch brought."""
        registration = Registration()
        registration.set_issuer(sheet["issuer"]).set_client_id(sheet["client_id"])
        registration.set_auth_login_url(sheet["auth_login_url"]).set_auth_token_url(sheet["token_url"])
        registration.set_key_set_url(sheet["jwks_url"])
        registration.set_tool_private_key(private_pem).set_tool_public_key(public_pem)
        wire = Wire()
        return cls(registration, endpoint, wire, ServiceConnector(registration, wire.session))

    @property
    def grades(self) -> AssignmentsGradesService:
        """The library's client of the grade services."""
        return AssignmentsGradesService(self.connector, cast(Any, dict(self.endpoint)))

    def take_token(self) -> Exchange:
        """Ask for the token for everything that the launch offers."""
        self.connector.get_access_token(list(self.endpoint["scope"]))
        return self.wire.last

    def create_line_item(self, **members: Any) -> Exchange:
        """Ask the platform to create a line item, whatever it says."""
        body = LineItem(cast(Any, members)).get_value()
        return self._post(self.endpoint["lineitems"], body, kind="vnd.ims.lis.v2.lineitem", scope="lineitem")

    def post_score(self, line_item: str, grade: Grade) -> Exchange:
        """Post a score, whatever the platform says."""
        with suppress(LtiServiceException):
            self.grades.put_grade(grade, LineItem(cast(Any, {"id": line_item})))
        return self.wire.last

    def delete_line_item(self, line_item: str) -> Exchange:
        """Delete a line item with the library's token; the library itself has no method for it."""
        headers = {"Authorization": f"Bearer {self.connector.get_access_token([SCOPE + 'lineitem'])}"}
        self.wire.session.delete(line_item, headers=headers, timeout=_TIMEOUT_SECONDS)
        return self.wire.last

    def _post(self, url: str, body: str, *, kind: str, scope: str) -> Exchange:
        media_type = f"application/{kind}+json"
        with suppress(LtiServiceException):
            self.connector.make_service_request(
                [SCOPE + scope], url, is_post=True, data=body, content_type=media_type, accept=media_type
            )
        return self.wire.last


def score(learner: str, points: float, *, of: float, at: datetime, comment: str = "") -> Grade:
    """Return a final score as the library builds it."""
    grade = Grade().set_user_id(learner).set_score_given(points).set_score_maximum(of)
    grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
    return grade.set_timestamp(timestamp(at)).set_comment(comment)


def timestamp(at: datetime) -> str:
    """Return a time as AGS wants it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Clock:
    """Times for scores, each a little later than the one before and none in the future."""

    def __init__(self) -> None:
        self.start = self._now = datetime.now(UTC) - timedelta(minutes=10)

    def tick(self) -> datetime:
        """Return the next time."""
        self._now += timedelta(seconds=1)
        return self._now


def _in_words(body: Any) -> str:
    """Return what a person wants to see of an answer, on one line."""
    if isinstance(body, list):
        return "; ".join(_in_words(item) for item in body) or "an empty list"
    if not isinstance(body, dict):
        return "" if body is None else str(body)[:_SHOWN]
    shown = {name: body[name] for name in _WORTH_SHOWING if name in body}
    return ", ".join(f"{name} {_value(name, value)}" for name, value in shown.items())


def _short(url: str) -> str:
    """Return the part of an address of ours that tells something."""
    path = urlsplit(url).path.replace(_PREFIX, "…", 1)
    return re.sub(r"(?<=contexts/)([0-9a-f]{8})[0-9a-f-]{28}", r"\1…", path)


def _value(name: str, value: Any) -> str:
    if name == "scope":
        return " ".join(str(value).replace(SCOPE, "").split())
    if name == "id":
        return _short(str(value))
    return json.dumps(value, ensure_ascii=False)


def scopes_of(endpoint: Mapping[str, Any]) -> Sequence[str]:
    """Return the short names of an AGS claim's scopes."""
    return sorted(scope.removeprefix(SCOPE) for scope in endpoint.get("scope", []))
