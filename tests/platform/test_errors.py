"""What the platform raises, in our words."""

from __future__ import annotations

import logging
import re
import socket
from importlib import import_module

import pymongo.errors
import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError

from lti_ags.edx_platform import platform_call
from lti_ags.exceptions import BlockNotFound, PermanentPlatformError, PlatformError, TransientPlatformError

pytestmark = pytest.mark.platform


class UnheardOf(Exception):
    """An error of a library that nobody told us about."""


@pytest.mark.parametrize(
    "error",
    [
        OperationalError(2006, "MySQL server has gone away"),
        InterfaceError("connection already closed"),
        IntegrityError("duplicate"),
        pymongo.errors.ServerSelectionTimeoutError("no servers"),
        pymongo.errors.AutoReconnect("not primary"),
        ConnectionResetError(),
        TimeoutError(),
        socket.gaierror(),
        ValidationError("what a receiver thinks"),
        AttributeError("'NoneType' object has no attribute 'x'"),
        ZeroDivisionError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_may_work_later(error: Exception) -> None:
    with pytest.raises(TransientPlatformError) as caught, platform_call("doing it"):
        raise error

    assert str(caught.value) == f"doing it: {type(error).__name__}"


def test_errors_of_the_platforms_own_code_may_pass() -> None:
    from xmodule.modulestore.exceptions import DuplicateCourseError

    with pytest.raises(TransientPlatformError), platform_call("doing it"):
        raise DuplicateCourseError("course", "entry")


def test_what_the_modulestore_does_not_find_is_not_found() -> None:
    from xmodule.modulestore.exceptions import ItemNotFoundError

    with pytest.raises(BlockNotFound), platform_call("doing it"):
        raise ItemNotFoundError("block")


def test_a_missing_module_is_named() -> None:
    with pytest.raises(PermanentPlatformError) as caught, platform_call("doing it"):
        import_module("lms.no_such_thing")

    assert str(caught.value) == "doing it: this process has no module lms.no_such_thing"


def test_a_missing_row_stays_missing() -> None:
    with pytest.raises(PermanentPlatformError, match=r"^doing it: User\.DoesNotExist$"), platform_call("doing it"):
        raise get_user_model().DoesNotExist("User matching query does not exist.")


@pytest.mark.parametrize("error", [BlockNotFound("gone"), TransientPlatformError("later")], ids=repr)
def test_our_own_errors_pass_through(error: PlatformError) -> None:
    with pytest.raises(type(error)) as caught, platform_call("doing it"):
        raise error

    assert caught.value is error


@pytest.mark.parametrize("error", [UnheardOf(), KeyboardInterrupt(), SystemExit()], ids=repr)
def test_what_we_have_never_heard_of_passes_through(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, platform_call("doing it"):
        raise error

    assert caught.value is error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OperationalError("the row of Ada Lovelace"), "doing it: OperationalError: OperationalError"),
        (ModuleNotFoundError("words", name="lms.gone"), "no module lms.gone: ModuleNotFoundError"),
    ],
    ids=["transient", "permanent"],
)
def test_cause_is_logged_once_and_without_its_words_whatever_the_caller_does(
    error: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(PlatformError), platform_call("doing all of it"), platform_call("doing it"):
        raise error

    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert re.search(rf"{told} \(tests\.platform\.test_errors:\d+\)$", record.getMessage())


def test_block_that_is_not_there_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    from xmodule.modulestore.exceptions import ItemNotFoundError

    with pytest.raises(BlockNotFound), platform_call("doing it"):
        raise ItemNotFoundError("block")

    assert not caplog.records
