"""Results: what a tool reads back, and when it is somebody else's word."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from common.djangoapps.student.models import CourseEnrollment
from lms.djangoapps.courseware.model_data import set_score
from lms.djangoapps.courseware.models import StudentModule
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiContext
from lti_ags.services.addresses import line_item_url, results_url
from tests.support.ags import Ags, score_body
from tests.support.bulk import add_scored_learners
from tests.support.courses import Course, configuration_of, make_learner, subject_of
from tests.support.databases import failing_statements
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

CONTAINER_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
DECISION = "https://openedx.org/lti-ags/decision"


@pytest.fixture
def line_item(declarative_block: UsageKey) -> LtiAgsLineItem:
    """The platform's item, 10 points."""
    return LtiAgsLineItem.objects.get(platform_item_of__location=declarative_block)


@pytest.fixture
def publish(django_capture_on_commit_callbacks: Any) -> Any:
    """A block in which scores are published as soon as they are stored."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def values(ags: Ags, number: int, **query: Any) -> dict[str, float]:
    """The scores in the results, by user."""
    response = ags.get_results(number, **query)
    assert response.status_code == 200, response.content
    return {result["userId"]: result["resultScore"] for result in response.json()}


@pytest.mark.conformance("RS-01", "RS-02", "RS-06", "RS-10", "N-01", "C-07")
def test_result_is_on_the_line_items_scale(ags: Ags, line_item: LtiAgsLineItem, user_id: str, publish: Any) -> None:
    with publish():
        ags.post_score(line_item.pk, score_body(user_id, comment="Good", scoringUserId="teacher-7"))

    response = ags.get_results(line_item.pk)

    [result] = response.json()
    assert (response.status_code, response["Content-Type"]) == (200, CONTAINER_TYPE)
    assert result.pop("id").startswith(f"{results_url(line_item.pk)}/")
    assert result == {
        "scoreOf": line_item_url(line_item.pk),
        "userId": user_id,
        "resultScore": 8.3,
        "resultMaximum": 10,
        "comment": "Good",
        "scoringUserId": "teacher-7",
        DECISION: {"code": "published", "reason": "The grade is in the gradebook."},
    }


@pytest.mark.conformance("RS-06", "RS-09", "S-06", "S-07", "S-21")
@pytest.mark.parametrize(
    ("given", "maximum", "item_maximum", "expected"),
    [
        (1, 3, 6, 2),
        (83, 100, 100, 83),
        (57, 100, 10, 5.7),
        (0, 100, 10, 0),
        (110, 100, 10, 11),
        (0.1, 0.3, 0.3, 0.1),
        (1e308, 1e308, 1e308, 1e308),
        (1e308, 1, 1e308, 1.7976931348623157e308),
    ],
)
def test_score_is_scaled_uncapped_and_to_the_last_digit(
    ags: Ags,
    context: LtiContext,
    programmatic_block: UsageKey,
    learner: Any,
    publish: Any,
    given: float,
    maximum: float,
    item_maximum: float,
    expected: float,
) -> None:
    number = ags.made_item(context, scoreMaximum=item_maximum, resourceLinkId=str(programmatic_block))
    user_id = subject_of(learner, programmatic_block).subject
    with publish():
        ags.post_score(number, score_body(user_id, scoreGiven=given, scoreMaximum=maximum))

    [result] = ags.get_results(number).json()

    assert (result["resultScore"], result["resultMaximum"]) == (expected, item_maximum)


@pytest.mark.conformance("S-18", "RS-03")
def test_score_is_a_result_before_it_is_in_the_gradebook(ags: Ags, line_item: LtiAgsLineItem, user_id: str) -> None:
    ags.post_score(line_item.pk, score_body(user_id))

    [result] = ags.get_results(line_item.pk).json()

    assert result["resultScore"] == 8.3
    assert result[DECISION]["code"] == "queued"


@pytest.mark.conformance("S-18")
def test_new_score_is_the_result_while_the_gradebook_still_has_the_old_one(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str, publish: Any
) -> None:
    with publish():
        ags.post_score(line_item.pk, score_body(user_id, scoreGiven=20))

    ags.post_score(line_item.pk, score_body(user_id, scoreGiven=90, timestamp="2026-03-01T10:00:00Z"))

    assert values(ags, line_item.pk) == {user_id: 9}


@pytest.mark.conformance("RS-04", "S-16", "S-26")
def test_value_that_staff_set_is_the_result_where_the_item_alone_contributes(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str, learner: Any, declarative_block: UsageKey, publish: Any
) -> None:
    with publish():
        ags.post_score(line_item.pk, score_body(user_id))
    set_score(learner.pk, declarative_block, 15.0, 30.0)

    assert values(ags, line_item.pk) == {user_id: 5}

    with publish():
        ags.post_score(line_item.pk, score_body(user_id, scoreGiven=90, timestamp="2026-03-01T10:00:00Z"))

    [result] = ags.get_results(line_item.pk).json()
    assert result["resultScore"] == 5
    assert result[DECISION]["code"] == "override_kept"


@pytest.mark.conformance("RS-04")
def test_zero_that_staff_set_is_the_result(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str, learner: Any, declarative_block: UsageKey, publish: Any
) -> None:
    with publish():
        ags.post_score(line_item.pk, score_body(user_id))
    set_score(learner.pk, declarative_block, 0.0, 10.0)

    assert values(ags, line_item.pk) == {user_id: 0}


@pytest.mark.conformance("RS-04")
def test_grade_that_staff_deleted_in_bulk_is_no_result_until_the_tool_scores_again(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str, publish: Any
) -> None:
    with publish():
        ags.post_score(line_item.pk, score_body(user_id))
    StudentModule.objects.all().delete()

    assert values(ags, line_item.pk) == {}

    ags.post_score(line_item.pk, score_body(user_id, scoreGiven=90, timestamp="2026-03-01T10:00:00Z"))
    assert values(ags, line_item.pk) == {user_id: 9}


def test_value_that_staff_set_is_no_items_result_where_two_contribute(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, learner: Any, publish: Any
) -> None:
    link = str(programmatic_block)
    first, second = ags.made_item(context, resourceLinkId=link), ags.made_item(context, resourceLinkId=link)
    user_id = subject_of(learner, programmatic_block).subject
    with publish():
        ags.post_score(first, score_body(user_id, scoreGiven=50))
        ags.post_score(second, score_body(user_id, scoreGiven=100))
    set_score(learner.pk, programmatic_block, 1.0, 10.0)

    assert (values(ags, first), values(ags, second)) == ({user_id: 30}, {user_id: 60})

    ags.delete_item(second)

    assert values(ags, first) == {user_id: 6}


def test_second_item_without_a_final_score_does_not_make_two_contributors(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, learner: Any, publish: Any
) -> None:
    link = str(programmatic_block)
    first, second = ags.made_item(context, resourceLinkId=link), ags.made_item(context, resourceLinkId=link)
    user_id = subject_of(learner, programmatic_block).subject
    with publish():
        ags.post_score(first, score_body(user_id, scoreGiven=50))
        ags.post_score(second, score_body(user_id, gradingProgress="Pending"))
    set_score(learner.pk, programmatic_block, 1.0, 10.0)

    assert values(ags, first) == {user_id: 6}


@pytest.mark.conformance("S-20", "RS-03", "RS-05")
def test_learner_without_a_final_score_has_a_result_only_from_staff(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str, learner: Any, declarative_block: UsageKey, publish: Any
) -> None:
    with publish():
        ags.post_score(line_item.pk, score_body(user_id, gradingProgress="PendingManual", scoreGiven=30))
    assert values(ags, line_item.pk) == {}

    set_score(learner.pk, declarative_block, 6.0, 10.0)

    [result] = ags.get_results(line_item.pk).json()
    assert result["resultScore"] == 6
    assert result[DECISION]["code"] == "not_final"


def test_value_that_a_publisher_wrote_and_died_is_nobodys_change(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str, learner: Any, declarative_block: UsageKey, publish: Any
) -> None:
    with publish():
        ags.post_score(line_item.pk, score_body(user_id, scoreGiven=20))
    grade = LtiAgsGrade.objects.get()
    grade.intents = [{"claim": "1", "earned": 4.0, "possible": 10.0, "at": "2026-03-01T09:30:00+00:00"}]
    grade.save()
    set_score(learner.pk, declarative_block, 4.0, 10.0)

    assert values(ags, line_item.pk) == {user_id: 2}

    set_score(learner.pk, declarative_block, 4.5, 10.0)

    assert values(ags, line_item.pk) == {user_id: 4.5}


@pytest.mark.conformance("S-19")
def test_score_that_was_taken_back_is_no_result_though_the_gradebook_still_has_it(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str, publish: Any
) -> None:
    with publish():
        ags.post_score(line_item.pk, score_body(user_id))

    ags.post_score(line_item.pk, score_body(user_id, scoreGiven=None, timestamp="2026-03-01T10:00:00Z"))

    assert values(ags, line_item.pk) == {}


def test_late_score_that_does_not_count_is_no_result(
    ags: Ags, course: Course, tool: RegisteredTool, learner: Any, publish: Any
) -> None:
    block = course.add_block(tool.tool, late_policy="refuse", due=datetime(2026, 1, 15, tzinfo=UTC))
    item = configuration_of(block).platform_item
    user_id = subject_of(learner, block).subject
    with publish():
        ags.post_score(item.pk, score_body(user_id))
    assert values(ags, item.pk) == {}

    set_score(learner.pk, block, 3.0, 10.0)

    [result] = ags.get_results(item.pk).json()
    assert (result["resultScore"], result[DECISION]["code"]) == (3, "late_refused")


def test_score_that_waits_for_release_is_no_result(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, learner: Any, publish: Any
) -> None:
    number = ags.made_item(context, resourceLinkId=str(programmatic_block), gradesReleased=False)
    user_id = subject_of(learner, programmatic_block).subject
    with publish():
        response = ags.post_score(number, score_body(user_id))
    assert response.json()["outcome"] == "not_released"
    assert values(ags, number) == {}

    with publish():
        ags.put_item(number, gradesReleased=True)

    assert values(ags, number) == {user_id: 49.8}


@pytest.mark.conformance("B-04")
def test_former_tools_grade_is_no_result_of_the_tool_that_took_over(
    ags: Ags,
    line_item: LtiAgsLineItem,
    user_id: str,
    learner: Any,
    declarative_block: UsageKey,
    course: Course,
    other_tool: RegisteredTool,
    publish: Any,
) -> None:
    with publish():
        ags.post_score(line_item.pk, score_body(user_id))
    course.change(declarative_block, lti_tool=str(other_tool.tool.uuid))
    item = configuration_of(declarative_block).platform_item
    subject = subject_of(learner, declarative_block).subject

    new = Ags(other_tool)
    assert new.post_score(item.pk, score_body(subject, gradingProgress="Pending")).status_code == 200

    assert values(new, item.pk) == {}


@pytest.mark.conformance("RS-11")
def test_learner_who_left_the_course_is_still_reported(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str, learner: Any, course: Course, publish: Any
) -> None:
    with publish():
        ags.post_score(line_item.pk, score_body(user_id))

    CourseEnrollment.unenroll(learner, course.key)

    assert values(ags, line_item.pk) == {user_id: 8.3}


@pytest.mark.conformance("RS-07", "L-13")
def test_user_filter_gives_exactly_that_learner_or_nothing(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str, course: Course, declarative_block: UsageKey
) -> None:
    other = subject_of(make_learner(course), declarative_block).subject
    unscored = subject_of(make_learner(course), declarative_block).subject
    ags.post_score(line_item.pk, score_body(user_id))
    ags.post_score(line_item.pk, score_body(other, scoreGiven=20))

    assert values(ags, line_item.pk, user_id=user_id) == {user_id: 8.3}
    assert values(ags, line_item.pk, user_id=other, limit=1) == {other: 2}
    for nobody in (unscored, user_id.upper(), f"{user_id} ", "unknown", "x" * 3000, "a\0b", "%", "\U0001f600", ""):
        assert values(ags, line_item.pk, user_id=nobody) == {}
    assert "Link" not in ags.get_results(line_item.pk, user_id=user_id, limit=1)


@pytest.mark.conformance("RS-08", "LI-06", "LI-07", "LI-08", "LI-10")
@pytest.mark.parametrize("limit", [1, 2, 5, 7, None])
def test_pages_of_results_follow_each_other(
    ags: Ags, line_item: LtiAgsLineItem, declarative_block: UsageKey, limit: int | None
) -> None:
    names = add_scored_learners(line_item, 7, location=declarative_block)
    response = ags.get_results(line_item.pk, **({} if limit is None else {"limit": limit}))

    seen = [result["userId"] for result in response.json()]
    while "Link" in response:
        link = response["Link"]
        assert link == link.lower()
        assert link.startswith(f"<{results_url(line_item.pk)}?page=")
        assert len(response.json()) == limit
        response = ags.get(link.partition(">")[0][1:])
        seen += [result["userId"] for result in response.json()]

    assert seen == names


@pytest.mark.conformance("RS-08", "LI-08")
def test_default_page_holds_a_thousand_results(
    ags: Ags, line_item: LtiAgsLineItem, declarative_block: UsageKey
) -> None:
    add_scored_learners(line_item, 1001, location=declarative_block)

    first = ags.get_results(line_item.pk)

    assert len(first.json()) == 1000
    assert len(ags.get(first["Link"].partition(">")[0][1:]).json()) == 1


@pytest.mark.conformance("RS-03", "RS-08")
def test_page_from_which_learners_are_left_out_still_leads_on(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str, declarative_block: UsageKey
) -> None:
    ags.post_score(line_item.pk, score_body(user_id, gradingProgress="Pending"))
    [name] = add_scored_learners(line_item, 1, location=declarative_block)

    first = ags.get_results(line_item.pk, limit=1)

    assert first.json() == []
    [result] = ags.get(first["Link"].partition(">")[0][1:]).json()
    assert result["userId"] == name


@pytest.mark.conformance("N-02")
@pytest.mark.parametrize("accept", ["application/json", "text/html", "application/vnd.ims.lis.v1.score+json"])
def test_any_accept_header_gets_results(ags: Ags, line_item: LtiAgsLineItem, accept: str) -> None:
    response = ags.request("GET", results_url(line_item.pk), HTTP_ACCEPT=accept)

    assert (response.status_code, response["Content-Type"]) == (200, CONTAINER_TYPE)


def test_results_are_not_guessed_while_the_lms_does_not_answer(
    ags: Ags, line_item: LtiAgsLineItem, user_id: str
) -> None:
    ags.post_score(line_item.pk, score_body(user_id))

    with failing_statements("courseware_studentmodule"):
        response = ags.get_results(line_item.pk)

    assert (response.status_code, response.json()["code"]) == (503, "temporarily_unavailable")
    assert int(response["Retry-After"]) > 0
    assert values(ags, line_item.pk) == {user_id: 8.3}


def test_results_of_an_unlinked_item_need_no_lms(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, learner: Any
) -> None:
    number = ags.made_item(context)
    user_id = subject_of(learner, programmatic_block).subject
    ags.post_score(number, score_body(user_id))

    with failing_statements("courseware_studentmodule"):
        [result] = ags.get_results(number).json()

    assert (result["resultScore"], result[DECISION]["code"]) == (49.8, "unlinked")
