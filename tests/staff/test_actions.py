"""What staff do to grades on our pages: told first, confirmed, done once, and told what came of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import resolve
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from common.djangoapps.student.models import UserProfile
from lms.djangoapps.courseware.masquerade import MASQUERADE_SETTINGS_KEY, CourseMasquerade
from lms.djangoapps.grades import faults
from lti_ags import edx_platform
from lti_ags.constants import EventKind, GradeDecision, StaffAction
from lti_ags.data import Points
from lti_ags.models import LtiAgsBulkAction, LtiAgsEvent, LtiAgsGrade, LtiAgsScore, LtiConfiguration, LtiContext
from lti_ags.services.broker import BULK_TASK
from lti_ags.services.retention import erase_user
from lti_ags.services.staff_actions import record_staff_override
from lti_ags.services.sweeping import publish_overdue
from tests.support.ags import Ags, score_body
from tests.support.courses import (
    Course,
    configuration_of,
    gradebook_score,
    make_course,
    make_learner,
    make_staff,
    subject_of,
)
from tests.support.databases import failing_statements
from tests.support.queue import Queue
from tests.support.staff_pages import PREFIX, Visitor, text_of

pytestmark = pytest.mark.django_db(transaction=True)

_NUMBERS = count(1)


@pytest.fixture(autouse=True)
def healthy_platform() -> Iterator[None]:
    faults.clear_faults()
    yield
    faults.clear_faults()


def post_score(ags: Ags, user: Any, block: LtiConfiguration, given: float | None = 80.0, **members: Any) -> LtiAgsGrade:
    """The tool posts a score, each later than the one before."""
    timestamp = f"2026-03-01T10:00:00.{next(_NUMBERS):03d}Z"
    body = score_body(subject_of(user, block.location).subject, scoreGiven=given, timestamp=timestamp, **members)
    if given is None:
        del body["scoreMaximum"]
    response = ags.post_score(block.platform_item.pk, body)
    assert response.status_code == 200, response.content
    return LtiAgsGrade.objects.get(configuration=block, subject__user=user)


def set_by_hand(teacher: Any, user: Any, block: LtiConfiguration, earned: float) -> None:
    edx_platform.publish_score(block.location, user_id=user.pk, points=Points(earned=earned, possible=10.0))
    record_staff_override(
        block.location, user_id=user.pk, points=Points(earned=earned, possible=10.0), now=timezone.now()
    )


def path_of(block: LtiConfiguration, action: str) -> str:
    return f"{PREFIX}/blocks/{block.uuid}/actions/{action}"


def ask(visitor: Visitor, block: LtiConfiguration, action: str, **query: Any) -> HttpResponse:
    return visitor.client.get(path_of(block, action), query)


def form_of(page: HttpResponse) -> dict[str, list[str]]:
    """Return what the form of a page would send."""
    values: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page.content.decode()):
        name, value = (html.unescape(re.search(rf'{part}="([^"]*)"', tag)[1]) for part in ("name", "value"))  # type: ignore[index]
        values.setdefault(name, []).append(value)
    return values


def confirm(visitor: Visitor, block: LtiConfiguration, action: str, **query: Any) -> HttpResponse:
    """Ask, press the button, and return the page to which that leads."""
    page = ask(visitor, block, action, **query)
    assert page.status_code == 200, text_of(page)
    response = visitor.client.post(path_of(block, action), form_of(page))
    assert response.status_code == 302, text_of(response)
    return visitor.client.get(response["Location"])


def staff_events() -> list[tuple[int, int, str]]:
    """Who did what to which grade, as the history has it."""
    rows = LtiAgsEvent.objects.filter(actor__isnull=False).order_by("pk")
    return [(row.grade_id, row.actor_id or 0, row.details.get("action", row.kind)) for row in rows]


@pytest.fixture
def learners(course: Course) -> list[Any]:
    return [make_learner(course) for _number in range(3)]


@pytest.fixture
def holding(course: Course, declarative_block: UsageKey) -> LtiConfiguration:
    course.change(declarative_block, release_policy="hold")
    return configuration_of(declarative_block)


def test_one_grade_is_released_after_a_page_has_said_what_that_means(
    staff: Visitor, teacher: Any, ags: Ags, learner: Any, holding: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, holding)
    page = ask(staff, holding, "release", grade=grade.pk)

    assert "This will be done for 1 learner." in text_of(page)
    assert "Scores that wait for their release count from now on" in text_of(page)
    assert learner.username in text_of(page)
    assert gradebook_score(learner, holding.location) is None

    told = confirm(staff, holding, "release", grade=grade.pk)

    assert "Done: 1 of 1 grade changed." in text_of(told)
    assert gradebook_score(learner, holding.location) == (8.0, 10.0)
    assert staff_events() == [(grade.pk, teacher.pk, "release")]


def test_teachers_score_gives_way_to_the_tools(
    staff: Visitor, teacher: Any, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, block)
    set_by_hand(teacher, learner, block, 3.0)

    confirm(staff, block, "use_tools_grade", grade=grade.pk)

    assert gradebook_score(learner, block.location) == (8.0, 10.0)
    grade.refresh_from_db()
    assert (grade.decision, grade.override_earned) == (GradeDecision.PUBLISHED, None)
    assert staff_events() == [(grade.pk, teacher.pk, "use_tools_grade")]


def test_tools_grade_is_used_where_the_gradebook_has_lost_what_the_teacher_gave(
    staff: Visitor, teacher: Any, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, block)
    set_by_hand(teacher, learner, block, 3.0)
    edx_platform.clear_score(block.location, user_id=learner.pk)

    confirm(staff, block, "use_tools_grade", grade=grade.pk)

    assert gradebook_score(learner, block.location) == (8.0, 10.0)
    assert staff_events() == [(grade.pk, teacher.pk, "use_tools_grade")]


def test_what_the_gradebook_holds_is_kept_against_later_scores(
    staff: Visitor, teacher: Any, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, block)

    confirm(staff, block, "keep_staffs_score", grade=grade.pk)
    post_score(ags, learner, block, 20.0)

    assert gradebook_score(learner, block.location) == (8.0, 10.0)
    assert staff_events() == [(grade.pk, teacher.pk, EventKind.CHANGED_BY_STAFF)]


def test_late_work_counts_once_it_is_accepted(
    staff: Visitor, teacher: Any, ags: Ags, learner: Any, course: Course, tool: Any
) -> None:
    course.change(course.subsection, due=timezone.now() - timedelta(days=365 * 5))
    block = configuration_of(course.add_block(tool.tool, late_policy="ask"))
    grade = post_score(ags, learner, block)
    assert gradebook_score(learner, block.location) is None

    confirm(staff, block, "accept_late", grade=grade.pk)

    assert gradebook_score(learner, block.location) == (8.0, 10.0)
    assert staff_events() == [(grade.pk, teacher.pk, "accept_late")]


def test_cleared_grade_leaves_the_gradebook(
    staff: Visitor, teacher: Any, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, block)
    page = ask(staff, block, "clear", grade=grade.pk)
    assert "A cleared grade does not come back by itself" in text_of(page)

    confirm(staff, block, "clear", grade=grade.pk)

    assert gradebook_score(learner, block.location) is None
    assert LtiAgsScore.objects.get().final_score_given is None
    assert staff_events() == [(grade.pk, teacher.pk, "clear")]
    told = text_of(staff.open_learner(block, grade.pk))
    assert "No score of the tool counts any more" in told
    assert "withdrew" not in told


def test_grade_whose_line_item_is_gone_is_no_problem_any_more_once_it_is_cleared(
    staff: Visitor, ags: Ags, learner: Any, programmatic_block: UsageKey, context: LtiContext
) -> None:
    item = ags.made_item(context, resourceLinkId=str(programmatic_block))
    block = configuration_of(programmatic_block)
    assert ags.post_score(item, score_body(subject_of(learner, block.location).subject)).status_code == 200
    assert ags.delete_item(item).status_code == 204
    grade = LtiAgsGrade.objects.get()
    assert grade.needs_attention
    assert "keep it, or clear it" in text_of(staff.open_learner(block, grade.pk))

    confirm(staff, block, "clear", grade=grade.pk)

    grade.refresh_from_db()
    assert (grade.needs_attention, grade.decision) == (False, GradeDecision.CLEARED)
    assert gradebook_score(learner, block.location) is None
    assert "keep it, or clear it" not in text_of(staff.open_learner(block, grade.pk))


def test_cleared_grade_tells_no_failure_of_before(
    staff: Visitor, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    with faults.fault("publish"):
        grade = post_score(ags, learner, block)
    assert (grade.attempts, grade.last_error == "") == (1, False)

    confirm(staff, block, "clear", grade=grade.pk)

    grade.refresh_from_db()
    assert (grade.attempts, grade.last_error, grade.next_attempt_at) == (0, "", None)


def test_stopped_grade_is_published_again(
    staff: Visitor, teacher: Any, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    with faults.fault("publish"):
        grade = post_score(ags, learner, block)
    LtiAgsGrade.objects.update(decision=GradeDecision.FAILED.value, next_attempt_at=None)

    confirm(staff, block, "publish_again", grade=grade.pk)

    assert gradebook_score(learner, block.location) == (8.0, 10.0)
    assert staff_events() == [(grade.pk, teacher.pk, "publish_again")]


def test_page_counts_who_will_change_and_says_why_others_will_not(
    staff: Visitor, ags: Ags, learners: list[Any], holding: LtiConfiguration
) -> None:
    ids = [post_score(ags, learner, holding).pk for learner in learners]
    confirm(staff, holding, "release", grade=ids[0])

    page = text_of(ask(staff, holding, "release", grade=ids))
    told = text_of(confirm(staff, holding, "release", grade=ids))

    assert "This will change the grades of 2 of the 3 learners you have chosen." in page
    assert "1 learner: There is no score that waits for its release." in page
    assert "Done: 2 of 3 grades changed." in told
    assert "1 learner: There is no score that waits for its release." in told


def test_learner_is_named_by_the_account_where_the_profile_has_no_name(
    staff: Visitor, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    learner.first_name, learner.last_name = "Ada", "Lovelace"
    learner.save()
    grade = post_score(ags, learner, block)

    assert f"Ada Lovelace ({learner.username})" in text_of(ask(staff, block, "clear", grade=grade.pk))


def test_page_offers_no_button_where_nothing_would_change(
    staff: Visitor, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, block)

    page = ask(staff, block, "use_tools_grade", grade=grade.pk)

    assert "nothing would change" in text_of(page)
    assert "<form" not in page.content.decode()


def test_all_that_a_filter_leaves_are_released(
    staff: Visitor, ags: Ags, learners: list[Any], holding: LtiConfiguration
) -> None:
    for learner in learners:
        post_score(ags, learner, holding)

    confirm(staff, holding, "release", all=1, search=learners[1].username)
    held = [gradebook_score(learner, holding.location) for learner in learners]
    told = confirm(staff, holding, "release", all=1, held="unreleased")

    assert held == [None, (8.0, 10.0), None]
    assert "Done: 2 of 2 grades changed." in text_of(told)
    assert {gradebook_score(learner, holding.location) for learner in learners} == {(8.0, 10.0)}


def test_form_that_is_sent_twice_does_it_once_and_shows_the_same_page(
    staff: Visitor, ags: Ags, learner: Any, holding: LtiConfiguration
) -> None:
    post_score(ags, learner, holding)
    form = form_of(ask(staff, holding, "release", all=1, held="unreleased"))

    first = staff.client.post(path_of(holding, "release"), form)
    second = staff.client.post(path_of(holding, "release"), form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert LtiAgsBulkAction.objects.count() == 1
    assert len(staff_events()) == 1


def test_confirmation_is_asked_again_when_others_are_meant_by_now(
    staff: Visitor, ags: Ags, learners: list[Any], holding: LtiConfiguration
) -> None:
    post_score(ags, learners[0], holding)
    form = form_of(ask(staff, holding, "release", all=1))
    post_score(ags, learners[1], holding)

    response = staff.client.post(path_of(holding, "release"), form)

    assert response.status_code == 409
    assert "have changed since you saw this page, so nothing was done" in text_of(response)
    assert "This will be done for 2 learners." in text_of(response)
    assert (staff_events(), LtiAgsBulkAction.objects.count()) == ([], 0)

    again = staff.client.post(path_of(holding, "release"), form_of(response))
    assert again.status_code == 302
    assert len(staff_events()) == 2


def test_grade_of_another_block_is_not_found_and_nothing_changes(
    staff: Visitor, ags: Ags, learner: Any, course: Course, tool: Any, holding: LtiConfiguration
) -> None:
    own = post_score(ags, learner, holding)
    elsewhere = configuration_of(course.add_block(tool.tool, release_policy="hold"))
    foreign = post_score(ags, learner, elsewhere)
    form = form_of(ask(staff, holding, "release", grade=own.pk))

    asked = ask(staff, holding, "release", grade=[own.pk, foreign.pk])
    sent = staff.client.post(path_of(holding, "release"), {**form, "grade": [str(own.pk), str(foreign.pk)]})

    assert (asked.status_code, sent.status_code) == (404, 404)
    assert "One of the chosen grades is not one of this block." in text_of(sent)
    assert gradebook_score(learner, holding.location) is None
    assert (staff_events(), LtiAgsBulkAction.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ({}, 400, "No learner is chosen."),
        ({"grade": "0"}, 404, "One of the chosen grades is not one of this block."),
        ({"grade": "x' OR 1"}, 404, "One of the chosen grades is not one of this block."),
        ({"grade": "9" * 30}, 404, "One of the chosen grades is not one of this block."),
        ({"grade": "٣"}, 404, "One of the chosen grades is not one of this block."),
        ({"all": "1", "status": "everything"}, 400, "The filter is not understood."),
        ({"all": "1", "held": "x"}, 400, "The filter is not understood."),
        ({"all": "1", "search": "nobody of this name"}, 400, "No learner is chosen."),
        ({"all": "1", "search": " " * 300 + "x" * 300}, 400, "The filter is not understood."),
        ({"all": "1", "search": "\0"}, 400, "The filter is not understood."),
        ({"all": "0"}, 400, "No learner is chosen."),
        ({"failed_of": "x"}, 404, "There is no such earlier action in this block."),
        ({"failed_of": str(uuid4())}, 404, "There is no such earlier action in this block."),
    ],
)
def test_selection_that_says_nothing_clear_is_explained(
    staff: Visitor, ags: Ags, learner: Any, holding: LtiConfiguration, query: Any, status: int, sentence: str
) -> None:
    post_score(ags, learner, holding)

    responses = [ask(staff, holding, "release", **query)]
    responses.append(staff.client.post(path_of(holding, "release"), {**query, "token": str(uuid4())}))

    assert [response.status_code for response in responses] == [status, status]
    assert all(sentence in text_of(response) for response in responses)
    assert LtiAgsBulkAction.objects.count() == 0


@pytest.mark.parametrize("token", ["", "x", None])
def test_form_without_its_token_is_refused(
    staff: Visitor, ags: Ags, learner: Any, holding: LtiConfiguration, token: str | None
) -> None:
    form = form_of(ask(staff, holding, "release", grade=post_score(ags, learner, holding).pk))
    form.pop("token")

    response = staff.client.post(path_of(holding, "release"), form if token is None else {**form, "token": token})

    assert response.status_code == 400
    assert staff_events() == []


@pytest.mark.parametrize("path", ["blocks/x/actions/release", "blocks/x/actions/release/", "bulk/x", "bulk/x/"])
def test_gradebook_is_never_asked_in_a_transaction_of_the_request(path: str) -> None:
    view = resolve(f"{PREFIX}/{path}").func

    assert "default" in view._non_atomic_requests  # type: ignore[attr-defined]


def test_unknown_actions_and_addresses_get_a_written_page(staff: Visitor, block: LtiConfiguration) -> None:
    paths = [path_of(block, "delete"), f"{PREFIX}/bulk/{uuid4()}", f"{PREFIX}/bulk/x"]

    assert [staff.client.get(path).status_code for path in paths] == [404, 404, 404]


@pytest.mark.parametrize("action", list(StaffAction))
@pytest.mark.parametrize("who", ["learner", "staff of another course", "masquerading"])
@override_settings(SESSION_SERIALIZER="tests.support.sessions.ObjectSerializer")
def test_only_the_courses_staff_as_themselves_act(
    ags: Ags, learner: Any, teacher: Any, course: Course, holding: LtiConfiguration, action: StaffAction, who: str
) -> None:
    grade = post_score(ags, learner, holding)
    form = form_of(ask(Visitor(teacher), holding, "release", grade=grade.pk))
    others = {"learner": lambda: learner, "staff of another course": lambda: make_staff(make_course())}
    visitor = Visitor(teacher if who == "masquerading" else others[who]())
    if who == "masquerading":
        session = visitor.client.session
        session[MASQUERADE_SETTINGS_KEY] = {course.key: CourseMasquerade(course.key, role="student")}
        session.save()

    asked = ask(visitor, holding, action.value, grade=grade.pk)
    sent = visitor.client.post(path_of(holding, action.value), form)

    assert (asked.status_code, sent.status_code) == (403, 403)
    assert learner.username not in text_of(asked)
    assert (staff_events(), LtiAgsBulkAction.objects.count()) == ([], 0)


def test_progress_of_an_action_is_for_the_courses_staff_only(
    staff: Visitor, ags: Ags, learner: Any, holding: LtiConfiguration
) -> None:
    confirm(staff, holding, "release", grade=post_score(ags, learner, holding).pk)
    path = f"{PREFIX}/bulk/{LtiAgsBulkAction.objects.get().uuid}"
    stranger = Visitor(make_staff(make_course()))

    assert [stranger.client.get(path).status_code, stranger.client.post(path).status_code] == [403, 403]
    assert Client().get(path).status_code == 302


def test_form_of_one_person_is_of_no_use_to_another(
    staff: Visitor, ags: Ags, learner: Any, course: Course, holding: LtiConfiguration
) -> None:
    form = form_of(ask(staff, holding, "release", grade=post_score(ags, learner, holding).pk))
    staff.client.post(path_of(holding, "release"), form)

    response = Visitor(make_staff(course)).client.post(path_of(holding, "release"), form)

    assert response.status_code == 404
    assert len(staff_events()) == 1


def test_form_without_the_sites_own_token_is_refused(
    teacher: Any, ags: Ags, learner: Any, holding: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, holding)
    visitor = Visitor(teacher, Client(enforce_csrf_checks=True))
    page = ask(visitor, holding, "release", grade=grade.pk)
    form = form_of(page)
    token = form.pop("csrfmiddlewaretoken")

    assert visitor.client.post(path_of(holding, "release"), form).status_code == 403
    assert gradebook_score(learner, holding.location) is None

    sent = visitor.client.post(path_of(holding, "release"), {**form, "csrfmiddlewaretoken": token})
    assert sent.status_code == 302
    assert visitor.client.post(sent["Location"]).status_code == 403
    assert gradebook_score(learner, holding.location) == (8.0, 10.0)


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_pages_changes_nothing(
    staff: Visitor, ags: Ags, learner: Any, holding: LtiConfiguration, method: str
) -> None:
    grade = post_score(ags, learner, holding)
    form = form_of(ask(staff, holding, "release", grade=grade.pk))

    getattr(staff.client, method)(path_of(holding, "release"), form)

    assert gradebook_score(learner, holding.location) is None
    assert LtiAgsBulkAction.objects.count() == 0
    assert staff.client.put(path_of(holding, "release")).status_code == 405


def test_gradebook_that_cannot_be_read_is_told_on_a_page_and_nothing_changes(
    staff: Visitor, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, block)
    form = form_of(ask(staff, block, "clear", grade=grade.pk))

    with failing_statements("courseware_studentmodule"):
        asked = ask(staff, block, "clear", grade=grade.pk)
        sent = staff.client.post(path_of(block, "clear"), form)

    assert asked.status_code == 503
    assert "Nothing was changed. Please try again in a minute." in text_of(asked)
    assert sent.status_code == 302
    assert "1 learner: The gradebook could not be reached" in text_of(staff.client.get(sent["Location"]))
    assert gradebook_score(learner, block.location) == (8.0, 10.0)
    assert staff_events() == []


def test_learners_are_called_by_their_user_names_while_the_lms_cannot_tell_their_names(
    staff: Visitor, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, block)
    UserProfile.objects.create(user=learner, name="Ada Lovelace")

    with failing_statements(UserProfile._meta.db_table):
        page = text_of(ask(staff, block, "clear", grade=grade.pk))

    assert learner.username in page
    assert "Lovelace" not in page


def test_action_is_not_repeated_for_a_learner_who_was_retired(
    staff: Visitor, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, block)
    with faults.fault("publish"):
        confirm(staff, block, "clear", grade=grade.pk)
    erase_user(learner.pk)

    page = ask(staff, block, "clear", failed_of=LtiAgsBulkAction.objects.get().uuid)

    assert page.status_code == 400
    assert "The earlier action failed for nobody who is still there." in text_of(page)


def test_single_grade_that_failed_is_told_in_the_singular(
    staff: Visitor, ags: Ags, learner: Any, block: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, block)

    with faults.fault("publish", user_id=learner.pk):
        told = confirm(staff, block, "clear", grade=grade.pk)

    assert "Finished: 0 of 1 grade changed, 1 failed." in text_of(told)


def test_learner_for_whom_it_failed_is_named_and_tried_again(
    staff: Visitor, ags: Ags, learners: list[Any], block: LtiConfiguration
) -> None:
    ids = [post_score(ags, learner, block).pk for learner in learners]
    with faults.fault("publish", user_id=learners[1].pk):
        told = confirm(staff, block, "clear", grade=ids)

    assert "Finished: 2 of 3 grades changed, 1 failed." in text_of(told)
    assert "1 learner: The gradebook could not be reached, or did not answer." in text_of(told)
    assert learners[1].username in text_of(told)
    assert gradebook_score(learners[1], block.location) == (8.0, 10.0)

    earlier = LtiAgsBulkAction.objects.get()
    again = confirm(staff, block, "clear", failed_of=earlier.uuid)

    assert "Done: 1 of 1 grade changed." in text_of(again)
    assert gradebook_score(learners[1], block.location) is None


def test_block_that_the_course_has_lost_is_explained(
    staff: Visitor, ags: Ags, learner: Any, course: Course, block: LtiConfiguration
) -> None:
    from xmodule.modulestore.django import modulestore

    grade = post_score(ags, learner, block)
    modulestore().delete_item(block.location, course.author_id)
    course.publish()

    told = confirm(staff, block, "clear", grade=grade.pk)

    assert "The gradebook refuses" not in text_of(told)
    assert "See that the published course has the block" in text_of(told)
    assert gradebook_score(learner, block.location) == (8.0, 10.0)


def test_many_learners_are_worked_off_while_the_teacher_watches(
    staff: Visitor, ags: Ags, course: Course, holding: LtiConfiguration, queue: Queue, settings: Any
) -> None:
    learners = [make_learner(course) for _number in range(7)]
    for learner in learners:
        post_score(ags, learner, holding)

    waiting = confirm(staff, holding, "release", all=1)
    assert "At work: 0 of 7 learners are done." in text_of(waiting)
    assert 'role="status"' in waiting.content.decode()
    assert 'max="7" value="0"' in waiting.content.decode()
    assert "Go on" not in text_of(waiting)

    row = LtiAgsBulkAction.objects.get()
    queue.run(BULK_TASK, row.pk)
    done = text_of(staff.client.get(f"{PREFIX}/bulk/{row.uuid}"))
    assert "Done: 7 of 7 grades changed." in done
    assert "7 grades are still on their way to the gradebook." in done


def test_action_that_nobody_works_on_goes_on_by_a_button(
    staff: Visitor, ags: Ags, course: Course, holding: LtiConfiguration, queue: Queue, settings: Any
) -> None:
    learners = [make_learner(course) for _number in range(7)]
    for learner in learners:
        post_score(ags, learner, holding)
    confirm(staff, holding, "release", all=1)
    LtiAgsBulkAction.objects.update(created_at=timezone.now() - timedelta(hours=1))
    path = f"{PREFIX}/bulk/{LtiAgsBulkAction.objects.get().uuid}"
    assert "Stopped after 0 of 7 learners." in text_of(staff.client.get(path))

    settings.LTI_AGS_PUBLISH = "inline"
    response = staff.client.post(path, follow=True)

    assert "Done: 7 of 7 grades changed." in text_of(response)
    assert {gradebook_score(learner, holding.location) for learner in learners} == {(8.0, 10.0)}


def test_page_of_the_block_tells_how_many_grades_wait_after_a_change_of_policy(
    staff: Visitor, ags: Ags, learners: list[Any], course: Course, block: LtiConfiguration, settings: Any
) -> None:
    for learner in learners:
        post_score(ags, learner, block)
    assert "still ha" not in text_of(staff.open_block(block))
    settings.LTI_AGS_PUBLISH = "manual"

    course.change(block.location, weight=20.0)
    waiting = text_of(staff.open_block(block))
    publish_overdue(limit=2)
    fewer = text_of(staff.open_block(block))

    assert "3 of 3 grades still have to be worked out or published." in waiting
    assert "1 of 3 grades still has to be worked out or published." in fewer


def test_page_of_the_block_leads_to_what_the_team_did_last(
    staff: Visitor, teacher: Any, ags: Ags, learner: Any, holding: LtiConfiguration
) -> None:
    grade = post_score(ags, learner, holding)
    assert "What the course team did last" not in text_of(staff.open_block(holding))
    confirm(staff, holding, "release", grade=grade.pk)

    page = staff.open_block(holding)

    assert f"{teacher.username}: Done: 1 of 1 grade changed." in text_of(page)
    assert f"{PREFIX}/bulk/{LtiAgsBulkAction.objects.get().uuid}" in page.content.decode()


def test_texts_of_people_and_tools_are_no_markup(
    staff: Visitor, ags: Ags, learner: Any, course: Course, holding: LtiConfiguration
) -> None:
    learner.username = "<script>alert(1)</script>"
    learner.save()
    course.change(holding.location, display_name="<b>Quiz</b>")

    told = confirm(staff, holding, "release", grade=post_score(ags, learner, holding).pk)
    page = ask(staff, holding, "release", all=1)

    for response in (told, page):
        assert b"<script>alert" not in response.content
        assert b"<b>Quiz" not in response.content
    assert "<b>Quiz</b>" in text_of(told)
