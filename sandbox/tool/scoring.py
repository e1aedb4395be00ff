"""What the tool tells the platform, by the library's service classes, and what the platform answers."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode, urlsplit

import requests
from pylti1p3.exception import LtiServiceException
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem

from sandbox.tool.launches import SCOPE, Launch
from sandbox.tool.quiz import MAXIMUM, Outcome

if TYPE_CHECKING:
    from pylti1p3.lineitem import TLineItem

TAG: Final = "quiz"
_TIMEOUT_SECONDS: Final = 15
#: Two learners who finish first at the same time must not make two line items.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class PlatformAnswer:
    """How the platform answered a score: its own words, where it has any."""

    line_item: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class SentScore:
    """A score for one learner on one line item."""

    learner: str
    points: float
    maximum: float
    comment: str = ""
    started_at: str = ""
    submitted_at: str = ""


def now_text() -> str:
    """Return the time as AGS wants it: with fractions of a second and a zone."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def quiz_line_item(launch: Launch) -> LineItem:
    """Return the line item for the quiz: our own where we may have one, made when first needed; else the platform's."""
    if not launch.manages_line_items:
        return LineItem({"id": launch.endpoint["lineitem"]})
    with _one_at_a_time:
        found = list_line_items(launch, filters={"resource_link_id": launch.resource_link_id, "tag": TAG})
        if found:
            return LineItem(cast("TLineItem", found[0]))
        return create_line_item(launch, label=f"{launch.title}: quiz", maximum=MAXIMUM, tag=TAG)


def send_score(launch: Launch, score: SentScore, *, line_item: LineItem) -> PlatformAnswer:
    """Post a score and return what the platform says about it."""
    grade = Grade().set_user_id(score.learner).set_score_given(score.points).set_score_maximum(score.maximum)
    grade.set_activity_progress("Completed").set_grading_progress("FullyGraded").set_timestamp(now_text())
    grade.set_comment(score.comment)
    times = {"startedAt": score.started_at, "submittedAt": score.submitted_at}
    if any(times.values()):
        grade.set_extra_claims({"submission": {name: time for name, time in times.items() if time}})
    body = launch.grades.put_grade(grade, line_item)["body"]
    answer: Mapping[str, Any] = body if isinstance(body, dict) else {}
    return PlatformAnswer(str(line_item.get_id()), str(answer.get("outcome", "")), str(answer.get("reason", "")))


def send_quiz_score(launch: Launch, outcome: Outcome, *, started_at: str) -> PlatformAnswer:
    """Post the score of the learner who was launched."""
    score = SentScore(
        learner=launch.learner,
        points=outcome.points,
        maximum=outcome.maximum,
        comment=outcome.comment,
        started_at=started_at,
        submitted_at=now_text(),
    )
    return send_score(launch, score, line_item=quiz_line_item(launch))


def list_line_items(launch: Launch, *, filters: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the tool's line items in this course; ``filters`` are AGS's: ``tag``, ``resource_id`` and so on."""
    given = {name: value for name, value in filters.items() if value}
    url: str | None = launch.endpoint["lineitems"] + (f"?{urlencode(given)}" if given else "")
    found: list[dict[str, Any]] = []
    while url:
        page, url = launch.grades.get_lineitems_page(url)
        found.extend(page)
    return found


def create_line_item(
    launch: Launch, *, label: str, maximum: float, tag: str = "", resource_id: str = "", is_linked: bool = True
) -> LineItem:
    """Create a line item, linked to the place of the launch or to none."""
    item: dict[str, Any] = {"label": label, "scoreMaximum": maximum}
    item |= {"tag": tag} if tag else {}
    item |= {"resourceId": resource_id} if resource_id else {}
    item |= {"resourceLinkId": launch.resource_link_id} if is_linked else {}
    answer = launch.message.get_service_connector().make_service_request(
        launch.endpoint["scope"],
        launch.endpoint["lineitems"],
        is_post=True,
        data=LineItem(cast("TLineItem", item)).get_value(),
        content_type="application/vnd.ims.lis.v2.lineitem+json",
        accept="application/vnd.ims.lis.v2.lineitem+json",
    )
    return LineItem(cast("TLineItem", answer["body"]))


def read_results(launch: Launch, *, line_item: str) -> list[dict[str, Any]]:
    """Return what the platform reports for a line item, for every learner."""
    results: list[dict[str, Any]] = launch.grades.get_grades(LineItem({"id": line_item}))
    return results


def is_of_platform(launch: Launch, line_item: str) -> bool:
    """Tell whether an address is where the platform keeps line items: our token goes nowhere else."""
    ours, theirs = urlsplit(launch.endpoint["lineitems"]), urlsplit(line_item)
    return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)


def delete_line_item(launch: Launch, *, line_item: str) -> None:
    """Delete a line item; the library has no method for it, but its token opens that door, too."""
    token = launch.message.get_service_connector().get_access_token([f"{SCOPE}lineitem"])
    answer = requests.delete(line_item, headers={"Authorization": f"Bearer {token}"}, timeout=_TIMEOUT_SECONDS)
    if not answer.ok:
        raise LtiServiceException(answer)
