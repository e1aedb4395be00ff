"""Errors of the database, the LMS and its plugins may quote what was being written; the log does not repeat it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.db import connection
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades.api import signals
from lti_ags.constants import ActionReason, GradeDecision, StaffAction
from lti_ags.exceptions import TransientPlatformError, trail_of
from lti_ags.models import LtiAgsBulkAction, LtiAgsGrade, LtiAgsScore
from lti_ags.services.after_commit import after_commit
from lti_ags.services.bulk_actions import begin_bulk_action
from lti_ags.services.bulk_work import work_off
from lti_ags.services.publishing import publish_grade
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, make_staff
from tests.support.databases import failing_statements
from tests.support.launches import Launch, form_of, signed_in
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

#: What a database puts into its message when a row cannot be written.
WORDS: Final = 'Failing row contains (7, "Ada Lovelace", ada@example.org)'


def assert_told_without_words(caplog: pytest.LogCaptureFixture, begins: str, *kinds: str) -> None:
    """The log has one such line, with the kind of each error and where it was raised, and nothing of the words."""
    assert "Ada" not in caplog.text
    assert "ada@example.org" not in caplog.text
    assert "Traceback" not in caplog.text
    [line] = [record.getMessage() for record in caplog.records if record.getMessage().startswith(begins)]
    for kind in kinds:
        assert re.search(rf"\b{kind} \((?:lti_ags\.[\w.]+:\d+)", line), line


def quoted(model: Any) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def test_database_that_quotes_a_row_is_not_repeated(
    ags: Ags, line_item: int, user_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert ags.headers

    with failing_statements(quoted(LtiAgsScore), words=WORDS):
        response = ags.post_score(line_item, score_body(user_id))

    assert response.status_code == 503
    assert not LtiAgsScore.objects.exists()
    assert_told_without_words(caplog, "The database did not answer", "OperationalError")


def test_platform_that_quotes_a_row_during_a_launch_is_not_repeated(
    learner: Any, declarative_block: UsageKey, tool: RegisteredTool, caplog: pytest.LogCaptureFixture
) -> None:
    launch = Launch(signed_in(learner), tool, declarative_block)
    parameters = launch.request(launch.begin())

    with failing_statements("student_courseenrollment", words=WORDS):
        response = launch.authorize(parameters)

    assert form_of(response).fields["error"] == "temporarily_unavailable"
    assert_told_without_words(caplog, "The platform failed: ", "OperationalError")
    assert f"Launch of tool {tool.tool.pk} failed: asking who may open a block: OperationalError" in caplog.messages


class Surprise(Exception):
    """An error of a plugin that nobody has heard of."""


@contextmanager
def surprise() -> Iterator[None]:
    """Have a plugin that fails for a learner, whom it names."""

    def listen(**_kwargs: Any) -> None:
        raise Surprise(WORDS)

    signals.SCORE_PUBLISHED.connect(listen, dispatch_uid="surprise", weak=False)
    try:
        yield
    finally:
        signals.SCORE_PUBLISHED.disconnect(dispatch_uid="surprise")


@pytest.fixture
def grade(ags: Ags, line_item: int, user_id: str, settings: Any) -> LtiAgsGrade:
    """A grade that is not published yet, and is when a test says so."""
    settings.LTI_AGS_PUBLISH = "manual"
    assert ags.post_score(line_item, score_body(user_id)).status_code == 200
    return LtiAgsGrade.objects.get()


def publish(grade: LtiAgsGrade) -> None:
    publish_grade(configuration_id=grade.configuration_id, subject_id=grade.subject_id)
    grade.refresh_from_db()


def test_error_that_nobody_expects_of_a_publication_is_not_repeated(
    grade: LtiAgsGrade, caplog: pytest.LogCaptureFixture
) -> None:
    with surprise():
        publish(grade)

    assert (grade.decision, grade.attempts) == (GradeDecision.RETRYING, 1)
    assert_told_without_words(caplog, f"Unexpected error while grade {grade.pk} was published", "Surprise")
    assert "tests.privacy.test_logs:" in caplog.text


def test_error_that_nobody_expects_of_a_bulk_action_is_not_repeated(
    grade: LtiAgsGrade, course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    publish(grade)
    begin_bulk_action(
        StaffAction.CLEAR,
        token=uuid.uuid4(),
        configuration=grade.configuration,
        grade_ids=[grade.pk],
        actor_id=make_staff(course).pk,
        now=timezone.now(),
    )
    action = LtiAgsBulkAction.objects.get()

    with surprise():
        work_off(action.pk)

    action.refresh_from_db()
    assert (action.done, action.failed) == (1, {ActionReason.UNEXPECTED.value: 1})
    assert_told_without_words(caplog, f"Unexpected error while a bulk action did grade {grade.pk}", "Surprise")


def test_error_after_a_commit_is_not_repeated_and_what_follows_is_done(
    caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    done = []

    def fail() -> None:
        raise Surprise(WORDS)

    with django_capture_on_commit_callbacks(execute=True):
        after_commit(fail)
        after_commit(done.append, "the next")

    assert done == ["the next"]
    assert_told_without_words(caplog, "What should follow a commit failed", "Surprise")


def raised(error: Exception, *, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_trail_names_each_error_of_a_chain_and_where_it_was_raised() -> None:
    chain = raised(TransientPlatformError("Ada"), cause=raised(ValueError("Ada")))
    place = rf"\({__name__}:\d+\)"

    assert re.fullmatch(f"TransientPlatformError {place} from ValueError {place}", trail_of(chain))


def test_trail_follows_what_was_being_handled_unless_that_was_to_be_forgotten() -> None:
    def failing(*, forgets: bool) -> Exception:
        try:
            try:
                raise KeyError("Ada")
            except KeyError:
                if forgets:
                    raise ValueError("Ada") from None
                raise ValueError("Ada")  # noqa: B904 - what is tried here
        except ValueError as caught:
            return caught

    assert re.sub(r" \(.*?\)", "", trail_of(failing(forgets=False))) == "ValueError from KeyError"
    assert re.sub(r" \(.*?\)", "", trail_of(failing(forgets=True))) == "ValueError"


def test_trail_of_an_error_that_was_never_raised_is_its_kind() -> None:
    assert trail_of(ValueError("Ada")) == "ValueError"


def test_trail_has_an_end() -> None:
    error: Exception = ValueError("Ada")
    for _ in range(1000):
        error = raised(ValueError("Ada"), cause=error)

    assert trail_of(error).count("ValueError") == 10
