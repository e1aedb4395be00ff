"""Listening to what the platform announces."""

from __future__ import annotations

from typing import Any

import pytest

from lti_ags.edx_platform import signals

pytestmark = pytest.mark.platform

UID = "lti_ags.contract"


class Listener:
    """Notes what it is called with."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []

    def __call__(self, **kwargs: Any) -> None:
        self.received.append(kwargs)


def _modulestore_signal(name: str) -> Any:
    from xmodule.modulestore.django import SignalHandler

    return getattr(SignalHandler, name, None)


@pytest.fixture
def listener() -> Listener:
    return Listener()


def test_a_published_course_is_announced(site: Any, unit: Any, listener: Listener) -> None:
    assert signals.connect_course_published(listener, dispatch_uid=UID) is True
    try:
        site.block(unit)
    finally:
        _modulestore_signal("course_published").disconnect(dispatch_uid=UID)

    assert {call["course_key"] for call in listener.received} == {unit.course_key}


def test_a_deleted_block_is_announced_with_a_branch_in_its_key(site: Any, block: Any, listener: Listener) -> None:
    assert signals.connect_item_deleted(listener, dispatch_uid=UID) is True
    try:
        with site.authoring(block.course_key) as store:
            store.delete_item(block, -3)
    finally:
        _modulestore_signal("item_deleted").disconnect(dispatch_uid=UID)

    assert [call["usage_key"].for_branch(None).version_agnostic() for call in listener.received] == [block]


def test_a_deleted_course_is_announced(site: Any, listener: Listener) -> None:
    course = site.course()
    assert signals.connect_course_deleted(listener, dispatch_uid=UID) is True
    try:
        with site.authoring(course) as store:
            store.delete_course(course, -3)
    finally:
        _modulestore_signal("course_deleted").disconnect(dispatch_uid=UID)

    assert [call["course_key"] for call in listener.received] == [course]


def test_a_signal_of_newer_releases_is_connected_where_there_is_one(listener: Listener) -> None:
    signal = _modulestore_signal("pre_item_delete")

    is_connected = signals.connect_pre_item_delete(listener, dispatch_uid=UID)

    assert is_connected is (signal is not None)
    if signal is not None:
        signal.disconnect(dispatch_uid=UID)


def test_a_retired_user_is_announced(learner: Any, listener: Listener) -> None:
    from openedx.core.djangoapps.user_api.accounts.signals import USER_RETIRE_LMS_MISC

    assert signals.connect_user_retired(listener, dispatch_uid=UID) is True
    try:
        USER_RETIRE_LMS_MISC.send(sender=None, user=learner)
    finally:
        USER_RETIRE_LMS_MISC.disconnect(dispatch_uid=UID)

    assert [call["user"] for call in listener.received] == [learner]


def test_enrolling_and_coming_back_are_announced(site: Any, course: Any, listener: Listener) -> None:
    from openedx_events.learning.signals import COURSE_ENROLLMENT_CHANGED, COURSE_ENROLLMENT_CREATED

    user = site.user()
    assert signals.connect_enrolment_changed(listener, dispatch_uid=UID) is True
    try:
        site.enrol(user, course)
        announced_first = len(listener.received)
        site.unenrol(user, course)
        before_return = len(listener.received)
        site.enrol(user, course)
    finally:
        COURSE_ENROLLMENT_CREATED.disconnect(dispatch_uid=UID)
        COURSE_ENROLLMENT_CHANGED.disconnect(dispatch_uid=UID)

    told = [call["enrollment"] for call in listener.received]
    assert {(one.user.id, str(one.course.course_key)) for one in told} == {(user.pk, str(course))}
    # One change may be announced twice, and whether leaving is announced here differs between releases.
    assert any(one.is_active for one in told[:announced_first])
    assert any(one.is_active for one in told[before_return:])


@pytest.mark.parametrize(
    ("connect", "name"),
    [
        (signals.connect_block_duplicated, "XBLOCK_DUPLICATED"),
        (signals.connect_course_rerun_completed, "COURSE_RERUN_COMPLETED"),
        (signals.connect_course_import_completed, "COURSE_IMPORT_COMPLETED"),
    ],
)
def test_an_event_is_connected_where_this_release_has_it(connect: Any, name: str, listener: Listener) -> None:
    from openedx_events.content_authoring import signals as events

    signal = getattr(events, name, None)

    assert connect(listener, dispatch_uid=UID) is (signal is not None)
    if signal is not None:
        assert signal.disconnect(dispatch_uid=UID) is True
