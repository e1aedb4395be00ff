"""What a module has that this process does not have."""

from __future__ import annotations

import sys

import pytest

from lti_ags.edx_platform import rerun_source, signals


def test_a_signal_of_a_module_that_is_not_there_is_not_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openedx.core.djangoapps.user_api.accounts.signals", None)

    assert signals.connect_user_retired(print, dispatch_uid="lti_ags.nothing") is False


def test_where_the_platform_keeps_no_notes_of_reruns_no_course_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "common.djangoapps.course_action_state.models", None)

    assert rerun_source("course-v1:DemoX+AGS+rerun") is None
