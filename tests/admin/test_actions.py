"""What the operator can do to rows, what is asked before, and what is written down of it."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lti_ags.models import LtiAgsEvent, LtiAgsGrade, LtiAgsLineItem, LtiConfiguration, LtiContext, PlatformKey
from lti_ags.services.broker import SWEEP_TASK
from lti_ags.services.configurations import find_configuration
from tests.admin.conftest import ADMIN, Send
from tests.support.ags import Ags
from tests.support.courses import Course, gradebook_score, make_learner, subject_of
from tests.support.queue import Queue
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(admin_client: Client, django_capture_on_commit_callbacks: Any) -> Any:
    """The operator takes an action on rows; confirmed unless told otherwise, with what follows the commit."""

    def take(table: str, action: str, *rows: Any, confirmed: bool = True, client: Client | None = None) -> HttpResponse:
        form: dict[str, Any] = {"action": action, "_selected_action": [row.pk for row in rows]}
        if confirmed:
            form["confirmed"] = "yes"
        with django_capture_on_commit_callbacks(execute=True):
            return (client or admin_client).post(f"{ADMIN}/{table}/", form, follow=True)

    return take


def words(response: HttpResponse) -> str:
    return response.content.decode()


def logged() -> list[tuple[str, str]]:
    return list(LogEntry.objects.order_by("pk").values_list("object_id", "change_message"))


@pytest.fixture
def deleted_item(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, user_id: str, send: Send, learner: Any
) -> LtiAgsLineItem:
    """An item that made the learner's whole grade, until the tool deleted it."""
    item = ags.made_item(context, resourceLinkId=str(programmatic_block), label="Essay", scoreMaximum=100)
    send(item, user_id, scoreGiven=80)
    assert gradebook_score(learner, programmatic_block) == (8.0, 10.0)
    assert ags.delete_item(item).status_code == 204
    return LtiAgsLineItem.objects.get(pk=item)


def test_restored_line_item_is_back_for_the_tool_and_in_the_grade(
    act: Any, ags: Ags, deleted_item: LtiAgsLineItem, learner: Any, programmatic_block: UsageKey
) -> None:
    response = act("ltiagslineitem", "restore", deleted_item)

    deleted_item.refresh_from_db()
    assert "1 line item was restored." in words(response)
    assert deleted_item.deleted_at is None
    assert ags.get_item(deleted_item.pk).status_code == 200
    grade = LtiAgsGrade.objects.get(configuration=deleted_item.lti_configuration)
    assert (grade.decision, grade.ratio, grade.needs_attention) == ("published", 0.8, False)
    assert gradebook_score(learner, programmatic_block) == (8.0, 10.0)
    assert logged() == [(str(deleted_item.pk), "Restored.")]


def test_restoring_is_asked_about_first(act: Any, deleted_item: LtiAgsLineItem) -> None:
    response = act("ltiagslineitem", "restore", deleted_item, confirmed=False)

    deleted_item.refresh_from_db()
    assert "Restore 1 line item?" in words(response)
    assert f'name="_selected_action" value="{deleted_item.pk}"' in words(response)
    assert deleted_item.deleted_at is not None
    assert logged() == []


def test_item_that_is_not_deleted_or_nobodys_any_more_is_not_restored_and_that_is_said(
    act: Any, ags: Ags, context: LtiContext, item: LtiAgsLineItem, deleted_item: LtiAgsLineItem,
    other_tool: RegisteredTool,
) -> None:  # fmt: skip
    live = LtiAgsLineItem.objects.get(pk=ags.made_item(context))
    LtiAgsLineItem.objects.filter(pk=item.pk).update(deleted_at=timezone.now())
    LtiConfiguration.objects.filter(pk=deleted_item.lti_configuration_id).update(tool=other_tool.tool)

    page = words(act("ltiagslineitem", "restore", live, item, deleted_item))

    assert f"Line item {live.pk} is not deleted." in page
    assert f"Line item {item.pk} was made by the platform" in page
    assert f"Line item {deleted_item.pk} belongs to a block that has another tool now" in page
    assert LtiAgsLineItem.objects.filter(deleted_at=None).count() == 1
    assert logged() == []


def test_grade_is_published_again_and_its_history_says_by_whom(
    act: Any, send: Send, item: LtiAgsLineItem, user_id: str, learner: Any, declarative_block: UsageKey, admin_user: Any
) -> None:
    send(item.pk, user_id)
    grade = LtiAgsGrade.objects.get()
    LtiAgsGrade.objects.update(decision="failed", next_attempt_at=None)

    asked = act("ltiagsgrade", "publish", grade, confirmed=False)
    before = LtiAgsEvent.objects.filter(kind="staff_action").count()
    done = act("ltiagsgrade", "publish", grade)

    grade.refresh_from_db()
    event = LtiAgsEvent.objects.get(kind="staff_action")
    assert "Publish 1 grade again?" in words(asked)
    assert before == 0
    assert "1 grade is published again." in words(done)
    assert (grade.decision, grade.next_attempt_at) == ("published", None)
    assert gradebook_score(learner, declarative_block) == pytest.approx((8.3, 10.0))
    assert (event.grade_id, event.actor, event.details) == (grade.pk, admin_user, {"action": "publish_again"})
    assert logged() == [(str(grade.pk), "Published again.")]


def test_block_is_replayed_with_a_count_first_and_every_history_says_by_whom(
    act: Any, send: Send, item: LtiAgsLineItem, user_id: str, course: Course, declarative_block: UsageKey,
    admin_user: Any,
) -> None:  # fmt: skip
    send(item.pk, user_id)
    send(item.pk, subject_of(make_learner(course), declarative_block).subject)
    LtiAgsGrade.objects.update(decision="failed", next_attempt_at=None)
    configuration = find_configuration(declarative_block)

    asked = act("lticonfiguration", "replay", configuration, confirmed=False)
    done = act("lticonfiguration", "replay", configuration)

    assert "Publish 2 grades again?" in words(asked)
    assert "2 grades are published again." in words(done)
    assert list(LtiAgsGrade.objects.values_list("decision", "next_attempt_at")) == [("published", None)] * 2
    assert list(LtiAgsEvent.objects.filter(kind="staff_action").values_list("actor", flat=True)) == [admin_user.pk] * 2
    assert len(logged()) == 1


def test_block_is_read_again_from_the_course(
    act: Any, course: Course, declarative_block: UsageKey, item: LtiAgsLineItem
) -> None:
    LtiConfiguration.objects.update(title="Old", score_maximum=3.0)

    response = act("lticonfiguration", "read_again", find_configuration(declarative_block))

    configuration = find_configuration(declarative_block)
    item.refresh_from_db()
    assert configuration is not None
    assert "1 block was read again." in words(response)
    assert (configuration.title, configuration.score_maximum) == ("Quiz", 10.0)
    assert (item.label, item.score_maximum) == ("Quiz", 10.0)
    assert len(logged()) == 1


def test_block_that_cannot_be_read_just_now_is_told_and_stays_as_it_is(
    act: Any, declarative_block: UsageKey, item: LtiAgsLineItem
) -> None:
    LtiConfiguration.objects.update(title="Old")

    with faults.fault("get_item"):
        page = words(act("lticonfiguration", "read_again", find_configuration(declarative_block)))

    configuration = find_configuration(declarative_block)
    assert configuration is not None
    assert "could not be read" in page
    assert "OperationalError" in page
    assert "read again." not in page
    assert configuration.title == "Old"
    assert logged() == []


@pytest.mark.parametrize("action", ["replay", "read_again"])
def test_block_that_was_replaced_is_left_alone_and_that_is_said(
    act: Any, send: Send, item: LtiAgsLineItem, user_id: str, action: str
) -> None:
    send(item.pk, user_id)
    LtiConfiguration.objects.update(replaced_at=timezone.now())
    before = LtiAgsGrade.objects.get().wanted_version

    page = words(act("lticonfiguration", action, LtiConfiguration.objects.get(), confirmed=False))

    assert "1 block was replaced by another one; it is left as it is." in page
    assert LtiAgsGrade.objects.get().wanted_version == before
    assert logged() == []


@pytest.mark.parametrize(("table", "action"), [("lticonfiguration", "replay"), ("ltiagsgrade", "publish")])
def test_rows_that_are_gone_by_now_are_passed_over(
    table: str, action: str, act: Any, send: Send, item: LtiAgsLineItem, user_id: str
) -> None:
    send(item.pk, user_id)
    grade = LtiAgsGrade.objects.get()
    gone = SimpleNamespace(pk=max(grade.pk, grade.configuration_id) + 1)

    response = act(table, action, gone)

    assert response.status_code == 200
    assert "published again." not in words(response)
    assert LtiAgsEvent.objects.filter(kind="staff_action").count() == 0
    assert logged() == []


def test_block_without_grades_is_replayed_without_a_sweep(act: Any, declarative_block: UsageKey, settings: Any) -> None:
    settings.LTI_AGS_PUBLISH = "celery"
    with Queue() as queue:
        page = words(act("lticonfiguration", "replay", find_configuration(declarative_block)))

        assert queue.sent(SWEEP_TASK) == []
    assert "0 grades are published again." in page


def test_restored_line_item_of_no_block_is_back_for_the_tool(
    act: Any, ags: Ags, context: LtiContext, programmatic_block: UsageKey
) -> None:
    unlinked = LtiAgsLineItem.objects.get(pk=ags.made_item(context))
    assert ags.delete_item(unlinked.pk).status_code == 204

    response = act("ltiagslineitem", "restore", unlinked)

    assert "1 line item was restored." in words(response)
    assert ags.get_item(unlinked.pk).status_code == 200
    assert not LtiAgsGrade.objects.exists()


def test_studio_offers_and_takes_no_publication(
    act: Any, send: Send, item: LtiAgsLineItem, user_id: str, settings: Any, admin_client: Client
) -> None:
    send(item.pk, user_id)
    grade = LtiAgsGrade.objects.get()
    settings.ROOT_URLCONF = "cms.urls"

    grades = words(admin_client.get(f"{ADMIN}/ltiagsgrade/"))
    blocks = words(admin_client.get(f"{ADMIN}/lticonfiguration/"))
    act("ltiagsgrade", "publish", grade)
    act("lticonfiguration", "replay", grade.configuration)

    assert "Publish the selected grades again" not in grades
    assert "Publish all grades" not in blocks
    assert "Read the selected blocks again" in blocks
    assert LtiAgsEvent.objects.filter(kind="staff_action").count() == 0


@pytest.mark.usefixtures("permissions")
def test_operator_who_may_only_look_is_offered_nothing_and_changes_nothing(
    act: Any, client: Client, deleted_item: LtiAgsLineItem
) -> None:
    viewer = get_user_model().objects.create_user("viewer", password="x", is_staff=True)
    viewer.user_permissions.set(
        Permission.objects.filter(codename__startswith="view_", content_type__app_label="lti_ags")
    )
    client.force_login(viewer)

    lists = words(client.get(f"{ADMIN}/ltiagslineitem/"))
    keys = words(client.get(f"{ADMIN}/platformkey/"))
    act("ltiagslineitem", "restore", deleted_item, client=client)

    deleted_item.refresh_from_db()
    assert "Restore the selected" not in lists
    assert "New signing key" not in keys
    assert client.post(f"{ADMIN}/platformkey/rotate/", {"confirmed": "yes"}).status_code == 403
    assert deleted_item.deleted_at is not None


def test_too_many_rows_at_once_are_refused_and_nothing_happens(
    admin_client: Client, context: LtiContext, item: LtiAgsLineItem
) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    LtiAgsLineItem.objects.bulk_create(
        LtiAgsLineItem(context=context, label="x", score_maximum=1.0, deleted_at=now) for _number in range(501)
    )
    form = {"action": "restore", "select_across": "1", "_selected_action": [item.pk], "confirmed": "yes"}

    page = words(admin_client.post(f"{ADMIN}/ltiagslineitem/?state=deleted", form, follow=True))

    assert "Choose at most 500 at once. Nothing was changed." in page
    assert LtiAgsLineItem.objects.filter(deleted_at=now).count() == 501


def test_all_rows_of_a_search_are_asked_about_by_their_numbers(
    admin_client: Client, context: LtiContext, item: LtiAgsLineItem
) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    LtiAgsLineItem.objects.bulk_create(
        LtiAgsLineItem(context=context, label="x", score_maximum=1.0, deleted_at=now) for _number in range(120)
    )
    form = {"action": "restore", "select_across": "1", "_selected_action": [item.pk]}

    page = words(admin_client.post(f"{ADMIN}/ltiagslineitem/?state=deleted", form))

    assert "Restore 120 line items?" in page
    assert "and 110 more" in page
    assert page.count('name="_selected_action"') == 120


@pytest.mark.parametrize(("when", "is_at_once"), [("later", False), ("at_once", True)])
def test_key_is_rotated_after_a_question(when: str, is_at_once: bool, admin_client: Client) -> None:
    admin_client.get("/api/lti_ags/v1/jwks")
    [old] = PlatformKey.objects.all()

    asked = words(admin_client.get(f"{ADMIN}/platformkey/rotate/"))
    before = PlatformKey.objects.count()
    done = admin_client.post(f"{ADMIN}/platformkey/rotate/", {"confirmed": "yes", "when": when}, follow=True)

    old.refresh_from_db()
    [new] = PlatformKey.objects.exclude(pk=old.pk)
    assert "Give the platform a new signing key?" in asked
    assert before == 1
    assert new.kid in words(done)
    assert old.retires_at is not None
    assert (new.signs_from <= timezone.now()) is is_at_once
    assert logged() == [(str(new.pk), "Rotated the platform's keys.")]


def test_rotation_without_the_key_that_encrypted_the_old_one_is_told_and_makes_none(
    admin_client: Client, settings: Any
) -> None:
    admin_client.get("/api/lti_ags/v1/jwks")
    settings.LTI_AGS_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    page = words(admin_client.post(f"{ADMIN}/platformkey/rotate/", {"confirmed": "yes", "when": "later"}, follow=True))

    assert "holds no key that decrypts the platform&#x27;s private key" in page
    assert PlatformKey.objects.count() == 1
    assert logged() == []
