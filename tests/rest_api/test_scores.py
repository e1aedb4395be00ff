"""Posting scores: what is taken, what is refused, and what is on record afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import MediaType
from lti_ags.models import LtiAgsDelivery, LtiAgsGrade, LtiAgsScore, LtiContext, LtiSubject
from lti_ags.services.addresses import results_url, scores_url
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, configuration_of, external_id, make_learner, make_staff, make_user, subject_of
from tests.support.databases import once_after
from tests.support.examples import example

pytestmark = pytest.mark.django_db


def instant(**after: float) -> str:
    """A timestamp of today's class: an hour ago, or as much later."""
    return (timezone.now() - timedelta(hours=1) + timedelta(**after)).isoformat()


@pytest.mark.conformance("S-01", "S-18", "N-01", "G-06")
def test_accepted_score_is_stored_and_answered_with_the_truth(ags: Ags, line_item: int, user_id: str) -> None:
    response = ags.post_score(line_item, example("score_full", userId=user_id))

    score = LtiAgsScore.objects.get()
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response.json() == {
        "resultUrl": f"{results_url(line_item)}?user_id={user_id}",
        "deliveryId": str(score.delivery_uuid),
        "outcome": "queued",
        "reason": "The score is stored and on its way to the gradebook.",
    }
    assert (score.line_item_id, score.subject.subject) == (line_item, user_id)
    assert (score.score_given, score.score_maximum, score.final_score_given) == (41.5, 50.0, 41.5)
    assert (score.activity_progress, score.grading_progress) == ("Completed", "FullyGraded")
    assert score.timestamp == datetime(2026, 3, 1, 9, 30, 0, 123_456, tzinfo=UTC)
    assert (score.comment, score.scoring_user_id) == ("Ein Wort \u2013 zwei Fehler.", "teacher-7")
    assert score.started_at == datetime(2026, 2, 28, 18, tzinfo=UTC)
    assert score.submitted_at == datetime(2026, 2, 28, 19, 10, 11, 500_000, tzinfo=UTC)


def test_delivery_holds_the_message_as_it_came(ags: Ags, line_item: int, user_id: str) -> None:
    body = (
        b'{ "timestamp": "2026-03-01T09:30:00Z",\n "userId": "%s", "activityProgress":"Started", \
"gradingProgress": "Pending", "comment": "\xc3\xa4" }'
        % user_id.encode()
    )

    response = ags.request("POST", scores_url(line_item), body, content_type=MediaType.SCORE.value)

    delivery = LtiAgsDelivery.objects.get()
    assert response.json()["deliveryId"] == str(delivery.uuid)
    assert (delivery.body, delivery.status, delivery.user_id) == (body.decode(), 200, user_id)
    assert (delivery.code, delivery.line_item_id) == (response.json()["outcome"], line_item)


@pytest.mark.conformance("RS-07", "S-18")
def test_result_url_of_the_answer_leads_to_the_one_result(ags: Ags, line_item: int, user_id: str) -> None:
    url = ags.post_score(line_item, score_body(user_id, scoreGiven=0)).json()["resultUrl"]

    [result] = ags.get(url).json()
    assert (result["userId"], result["resultScore"]) == (user_id, 0)


@pytest.mark.conformance("S-28", "LI-17", "G-04", "S-27")
@pytest.mark.parametrize(
    "content_type",
    [
        "application/vnd.ims.lis.v1.score+json",
        "application/json; charset=utf-8",
        "application/vnd.ims.lis.v2.lineitem+json",
        "APPLICATION/VND.IMS.LIS.V1.SCORE+JSON",
    ],
)
def test_score_is_taken_with_any_of_the_types_that_tools_use(
    ags: Ags, line_item: int, user_id: str, content_type: str
) -> None:
    response = ags.request(
        "POST", scores_url(line_item), score_body(user_id), content_type=content_type, HTTP_ACCEPT="application/json"
    )

    assert response.status_code == 200
    assert LtiAgsScore.objects.get().score_given == 83.0


@pytest.mark.conformance("S-28", "LI-17")
@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_score_with_another_type_is_refused(ags: Ags, line_item: int, user_id: str, content_type: str) -> None:
    response = ags.request("POST", scores_url(line_item), score_body(user_id), content_type=content_type)

    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
    assert not LtiAgsScore.objects.exists()


@pytest.mark.conformance("S-09")
@pytest.mark.parametrize(
    "timestamp",
    [
        "2026-03-01T09:30:00Z",
        "2026-03-01T09:30:00.0Z",
        "2026-03-01T09:30:00+00",
        "2026-03-01T09:30:00.000+0000",
        "2026-03-01T10:30:00.000000000+01:00",
        "2026-03-01T09:30:00,00-00:00",
    ],
)
def test_zone_and_fraction_may_be_written_in_any_way(ags: Ags, line_item: int, user_id: str, timestamp: str) -> None:
    assert ags.post_score(line_item, score_body(user_id, timestamp=timestamp)).status_code == 200
    assert LtiAgsScore.objects.get().timestamp == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.mark.conformance("S-04", "S-06", "S-07", "J-01")
@pytest.mark.parametrize(
    ("given", "maximum"),
    [(0, 100), (-0.0, 1), (0.1, 0.3), (110, 100), (2**53 + 2, 2**53), (1e308, 1e308), (5e-324, 5e-324), (7.25, 1e308)],
)
def test_any_number_of_points_from_zero_is_kept_as_it_is(
    ags: Ags, line_item: int, user_id: str, given: float, maximum: float
) -> None:
    assert ags.post_score(line_item, score_body(user_id, scoreGiven=given, scoreMaximum=maximum)).status_code == 200

    score = LtiAgsScore.objects.get()
    assert (score.final_score_given, score.final_score_maximum) == (given, maximum)
    assert str(score.final_score_given)[0] != "-"


@pytest.mark.conformance("S-05", "S-03")
def test_progress_without_a_score_is_taken(ags: Ags, line_item: int, user_id: str) -> None:
    alone = example("score_progress_only", userId=user_id, scoreMaximum=10, submission={"startedAt": None}, unknown=[1])

    assert ags.post_score(line_item, alone).json()["outcome"] == "not_final"

    score = LtiAgsScore.objects.get()
    assert (score.score_given, score.score_maximum, score.final_score_given) == (None, 10.0, None)


@pytest.mark.conformance("S-14", "S-15")
def test_older_score_is_refused_with_the_time_it_lost_to(ags: Ags, line_item: int, user_id: str) -> None:
    ags.post_score(line_item, score_body(user_id, timestamp="2026-03-01T09:30:00.123Z"))
    before = LtiAgsScore.objects.values().get()

    older = ags.post_score(line_item, score_body(user_id, scoreGiven=1, timestamp="2026-03-01T10:29:59.999+01:00"))
    rival = ags.post_score(line_item, score_body(user_id, scoreGiven=1, timestamp="2026-03-01T09:30:00.123000Z"))

    assert (older.status_code, older.json()["code"], older.json()["pointer"]) == (409, "stale_score", "/timestamp")
    assert older.json()["timestampOnRecord"] == "2026-03-01T09:30:00.123000+00:00"
    assert (rival.status_code, rival.json()["code"]) == (409, "conflicting_score")
    assert LtiAgsScore.objects.values().get() == before
    assert list(LtiAgsDelivery.objects.order_by("id").values_list("status", flat=True)) == [200, 409, 409]


@pytest.mark.conformance("S-15")
def test_the_same_message_again_succeeds_and_changes_nothing_however_it_is_written(
    ags: Ags, line_item: int, user_id: str
) -> None:
    body = score_body(user_id, scoreGiven=60, comment="ä/b", extra={"b": 1, "a": [1.0]})
    first = ags.post_score(line_item, body)
    before = LtiAgsScore.objects.values().get()
    written_anew = (
        b'{"extra": {"a":[1], "b" : 1.0 }, "comment":"\\u00e4\\/b","timestamp": "2026-03-01T09:30:00.123Z", '
        b'"gradingProgress":"FullyGraded","activityProgress":"Completed","scoreMaximum":1e2,"scoreGiven":60.0,'
        b'"userId":"%s"}' % user_id.encode()
    )

    again = ags.request("POST", scores_url(line_item), written_anew, content_type=MediaType.SCORE.value)

    assert again.status_code == 200
    assert again.json()["resultUrl"] == first.json()["resultUrl"]
    assert again.json()["deliveryId"] != first.json()["deliveryId"]
    assert LtiAgsScore.objects.values().get() == before


@pytest.mark.conformance("S-15")
def test_retry_is_told_what_became_of_the_score(
    ags: Ags, line_item: int, user_id: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = ags.post_score(line_item, score_body(user_id))

    again = ags.post_score(line_item, score_body(user_id))

    assert (first.json()["outcome"], again.json()["outcome"]) == ("queued", "published")


@pytest.mark.conformance("S-10")
def test_timestamp_in_the_future_is_refused(ags: Ags, line_item: int, user_id: str) -> None:
    refused = ags.post_score(line_item, score_body(user_id, timestamp=instant(minutes=66)))
    taken = ags.post_score(line_item, score_body(user_id, timestamp=instant(minutes=64)))

    assert (refused.status_code, refused.json()["code"], refused.json()["pointer"]) == (
        400,
        "future_timestamp",
        "/timestamp",
    )
    assert taken.status_code == 200


@pytest.mark.conformance("S-11")
def test_unknown_user_is_refused_with_a_code(ags: Ags, line_item: int, course: Course) -> None:
    stranger = external_id(make_user("stranger"))

    for name, code in [
        ("nobody", "unknown_user"),
        ("nul-like \U0001f600", "unknown_user"),
        (stranger, "not_in_course"),
    ]:
        response = ags.post_score(line_item, score_body(name))

        assert (response.status_code, response.json()["code"], response.json()["pointer"]) == (403, code, "/userId")
        assert LtiAgsDelivery.objects.get(uuid=response.json()["deliveryId"]).user_id == name
    assert not LtiAgsScore.objects.exists()
    assert not LtiSubject.objects.exists()


@pytest.mark.conformance("S-11")
def test_learner_who_was_never_launched_is_found_by_the_platform(ags: Ags, line_item: int, course: Course) -> None:
    learner = make_learner(course)

    response = ags.post_score(line_item, score_body(external_id(learner)))

    assert response.status_code == 200
    assert LtiAgsScore.objects.get().subject.user_id == learner.pk


@pytest.mark.conformance("S-11")
def test_trial_of_staff_is_taken_and_is_no_result(
    ags: Ags, line_item: int, course: Course, django_capture_on_commit_callbacks: Any
) -> None:
    member = make_staff(course)

    with django_capture_on_commit_callbacks(execute=True):
        response = ags.post_score(line_item, score_body(external_id(member)))

    assert (response.status_code, response.json()["outcome"]) == (200, "staff_trial")
    assert LtiAgsScore.objects.get().final_score_given == 83.0
    assert ags.get_results(line_item).json() == []
    assert ags.get_results(line_item, user_id=external_id(member)).json() == []


def test_repeated_score_of_a_trial_is_told_to_be_one(ags: Ags, line_item: int, course: Course) -> None:
    body = score_body(external_id(make_staff(course)))

    responses = [ags.post_score(line_item, body) for _time in range(2)]

    assert [response.json()["outcome"] for response in responses] == ["staff_trial", "staff_trial"]


def test_repeated_score_whose_grade_is_not_made_yet_is_on_its_way(ags: Ags, line_item: int, user_id: str) -> None:
    ags.post_score(line_item, score_body(user_id))
    LtiAgsGrade.objects.all().delete()

    response = ags.post_score(line_item, score_body(user_id))

    assert (response.status_code, response.json()["outcome"]) == (200, "queued")


@pytest.mark.conformance("S-11")
def test_learner_whom_the_tool_knows_by_another_id_is_not_known_by_the_platforms(
    ags: Ags, line_item: int, context: LtiContext, learner: Any
) -> None:
    LtiSubject.objects.create(context=context, user=learner, subject="from-before")

    response = ags.post_score(line_item, score_body(external_id(learner)))

    assert (response.status_code, response.json()["code"]) == (403, "unknown_user")
    assert not LtiAgsScore.objects.exists()
    assert ags.post_score(line_item, score_body("from-before")).status_code == 200


def test_score_of_a_learner_who_is_erased_at_that_moment_may_be_sent_again(
    ags: Ags, line_item: int, learner: Any
) -> None:
    body = score_body(external_id(learner))

    with once_after("INSERT INTO lti_ags_ltisubject", LtiSubject.objects.all().delete):
        response = ags.post_score(line_item, body)

    assert (response.status_code, response.json()["code"]) == (503, "temporarily_unavailable")
    assert not LtiAgsScore.objects.exists()
    assert ags.post_score(line_item, body).status_code == 200


def test_learner_whom_another_request_writes_down_at_that_moment_is_written_down_once(
    ags: Ags, line_item: int, context: LtiContext, learner: Any
) -> None:
    subject = external_id(learner)

    def write_down() -> None:
        LtiSubject.objects.create(context=context, user=learner, subject=subject)

    # The first statement looks for the learner by the id, the second by the user.
    with once_after("lti_ags_ltisubject.user_id =", write_down):
        response = ags.post_score(line_item, score_body(subject))

    assert response.status_code == 200
    assert LtiSubject.objects.get().subject == subject


@pytest.mark.conformance("S-12")
def test_scoring_user_may_be_unknown(ags: Ags, line_item: int, user_id: str) -> None:
    ags.post_score(line_item, score_body(user_id, scoringUserId="someone else"))

    [result] = ags.get_results(line_item).json()
    assert result["scoringUserId"] == "someone else"


@pytest.mark.conformance("S-19")
@pytest.mark.parametrize("cleared", [{"scoreGiven": None}, {"scoreGiven": None, "scoreMaximum": None}])
def test_final_message_without_a_score_takes_the_score_back(
    ags: Ags,
    line_item: int,
    user_id: str,
    cleared: dict[str, Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    ags.post_score(line_item, score_body(user_id))

    with django_capture_on_commit_callbacks(execute=True):
        response = ags.post_score(line_item, score_body(user_id, timestamp="2026-03-01T09:31:00Z", **cleared))

    assert response.status_code == 200
    assert LtiAgsScore.objects.get().final_score_given is None
    assert ags.get_results(line_item).json() == []


@pytest.mark.conformance("S-19", "S-20", "RS-05")
@pytest.mark.parametrize("progress", ["Pending", "PendingManual", "NotReady", "Failed"])
def test_progress_after_a_final_score_does_not_take_it_back(
    ags: Ags, line_item: int, user_id: str, progress: str
) -> None:
    ags.post_score(line_item, score_body(user_id))

    later = score_body(user_id, timestamp="2026-03-01T09:31:00Z", gradingProgress=progress, scoreGiven=None)
    assert ags.post_score(line_item, later).status_code == 200

    [result] = ags.get_results(line_item).json()
    assert (result["resultScore"], result["resultMaximum"]) == (8.3, 10)
    assert LtiAgsScore.objects.get().grading_progress == progress


@pytest.mark.conformance("S-22")
@pytest.mark.parametrize("later", [{"comment": ""}, {"comment": None}, {}], ids=["empty", "null", "absent"])
def test_comment_follows_the_last_message(ags: Ags, line_item: int, user_id: str, later: dict[str, Any]) -> None:
    ags.post_score(line_item, score_body(user_id, comment="<b>Good</b>"))
    [result] = ags.get_results(line_item).json()
    assert result["comment"] == "<b>Good</b>"

    ags.post_score(line_item, score_body(user_id, timestamp="2026-03-01T09:31:00Z", **later))

    [result] = ags.get_results(line_item).json()
    assert "comment" not in result


def test_tools_own_item_in_a_declarative_block_refuses_scores_with_the_reason(
    ags: Ags, context: LtiContext, course: Course, programmatic_block: UsageKey, learner: Any
) -> None:
    number = ags.made_item(context, resourceLinkId=str(programmatic_block))
    user_id = subject_of(learner, programmatic_block).subject
    ags.post_score(number, score_body(user_id))
    course.change(programmatic_block, grading_mode="declarative")
    configuration_of(programmatic_block)

    refused = ags.post_score(number, score_body(user_id, timestamp=instant()))

    assert (refused.status_code, refused.json()["code"]) == (403, "superseded_item")
    assert LtiAgsDelivery.objects.filter(status=403, code="superseded_item").count() == 1
    [result] = ags.get_results(number).json()
    assert result["resultScore"] == 49.8


def test_score_on_an_unlinked_item_is_kept_and_reaches_no_grade(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, learner: Any
) -> None:
    number = ags.made_item(context)
    user_id = subject_of(learner, programmatic_block).subject

    response = ags.post_score(number, score_body(user_id))

    assert response.json()["outcome"] == "unlinked"
    assert not LtiAgsGrade.objects.exists()
    [result] = ags.get_results(number).json()
    assert result["resultScore"] == 49.8


@pytest.mark.conformance("B-04")
def test_refusal_of_a_score_for_a_foreign_item_names_no_item(ags: Ags, line_item: int, user_id: str) -> None:
    response = ags.post_score(line_item + 1, score_body(user_id))

    assert response.status_code == 404
    delivery = LtiAgsDelivery.objects.get(uuid=response.json()["deliveryId"])
    assert (delivery.line_item, delivery.context, delivery.status, delivery.user_id) == (None, None, 404, user_id)


def test_refused_body_that_cannot_be_stored_as_text_is_recorded_all_the_same(ags: Ags, line_item: int) -> None:
    bodies = [b"\xff\xfe{", b'{"userId": "a\\u0000b"}', b'{"userId": "\\ud800"}', b"", b'{"userId": ["x"]}']

    for body in bodies:
        response = ags.request("POST", scores_url(line_item), body, content_type=MediaType.SCORE.value)

        assert response.status_code == 400
        assert LtiAgsDelivery.objects.filter(uuid=response.json()["deliveryId"], user_id="").exists()


def test_user_id_is_quoted_in_the_result_url(ags: Ags, line_item: int, declarative_block: UsageKey) -> None:
    learner_subject = subject_of(make_user(), declarative_block)
    learner_subject.subject = "a b/c?d=ü&é"
    learner_subject.save()

    response = ags.post_score(line_item, score_body("a b/c?d=ü&é"))

    assert response.json()["resultUrl"].endswith("?user_id=" + quote("a b/c?d=ü&é", safe=""))
    [result] = ags.get(response.json()["resultUrl"]).json()
    assert result["userId"] == "a b/c?d=ü&é"
