"""What many tests start from: two tools, a course with blocks of both grading modes, a learner."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.core.cache import cache
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.utils import timezone, translation
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from hypothesis import HealthCheck, settings
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsLineItem, LtiContext
from lti_ags.services.configurations import context_for
from openedx.core.djangoapps.external_user_ids.models import ExternalIdType
from tests.support.ags import Ags
from tests.support.courses import Course, configuration_of, make_course, make_learner, subject_of
from tests.support.queue import Queue
from tests.support.tools import RegisteredTool

#: What needs packages that only its own target of the Makefile installs, and one of those packages.
_NEEDS = {"browser": "axe_playwright_python", "faults": "redis"}
#: What needs programs that a machine with Python, git and make may be without. The run says so; CI has them.
_MISSING = [program for program in ("curl", "openssl") if shutil.which(program) is None]
collect_ignore = [folder for folder, package in _NEEDS.items() if find_spec(package) is None]
if _MISSING:
    collect_ignore.append("docs/test_calls.py")


#: Files that take long, most of them since they wait for servers and workers of their own.
_SLOW = (
    "tests/e2e/", "tests/conformance/", "tests/plugin/", "tests/properties/", "tests/doctor/test_queue.py",
    "tests/docs/test_calls.py", "tests/standins/test_large_course.py", "tests/isolation/test_foreign_addresses.py",
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow files, else a run ends with one process at work; the order is random otherwise."""
    items.sort(key=lambda item: not item.nodeid.startswith(_SLOW))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell what was left out though it was asked for."""
    if _MISSING:
        terminalreporter.write_line(f"Left out: tests/docs/test_calls.py, which needs {' and '.join(_MISSING)}.")


# The same examples in each run, however slow the machine: a red run is about the change at hand. The examples of a
# property share the fixtures of its test, since each makes what it is about.
settings.register_profile(
    "tests", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("tests")


@receiver(post_migrate, dispatch_uid="tests.keep_type_of_external_ids")
def keep_type_of_external_ids(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    """
    Bring back the row that a migration of the platform made, whenever a test that commits has emptied the tables.

    Without it, learners who are launched after such a test would get ids of our own, whatever the order of tests.
    """
    if sender.name == ExternalIdType._meta.app_config.name:
        ExternalIdType.objects.using(using).get_or_create(name="lti")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """
    Make the test databases, and no permissions again after each test that commits.

    Django would make them anew for every model of the site, which takes longer than most of these tests. Those that
    are about permissions ask for ``permissions``.
    """
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture
def permissions(db: None) -> None:
    """What a user may be allowed to do with our models, also after a test that has emptied the tables."""
    create_permissions(apps.get_app_config("lti_ags"), verbosity=0)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """What one test leaves in the cache is not there for the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """The language of the last request stays with the thread; the next test begins in the site's own."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def failed_receivers() -> Iterator[list[BaseException]]:
    """
    What receivers of robust signals raise fails the test: the platform and its events only log it, and go on.

    A test that is about such an error looks at it here, and empties the list.
    """
    errors: list[BaseException] = []
    listener = _Listener(errors)
    logging.getLogger("django.dispatch").addHandler(listener)
    yield errors
    logging.getLogger("django.dispatch").removeHandler(listener)
    assert errors == []


class _Listener(logging.Handler):
    """Keeps the errors that are logged."""

    def __init__(self, errors: list[BaseException]) -> None:
        super().__init__(logging.ERROR)
        self.errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            self.errors.append(record.exc_info[1])


@pytest.fixture
def clock() -> Iterator[FrozenDateTimeFactory]:
    """Time stands still at noon, far from the end of every rate's window, until the test lets it go on."""
    with freeze_time(timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)) as frozen:
        yield frozen


@pytest.fixture
def queue(settings: Any) -> Iterator[Queue]:
    """Publication through Celery, with a broker in memory and no worker."""
    settings.LTI_AGS_PUBLISH = "celery"
    with Queue() as opened:
        yield opened


@pytest.fixture
def tool(db: None) -> RegisteredTool:
    """A tool that may be used everywhere."""
    return RegisteredTool.register("Quiz tool")


@pytest.fixture
def other_tool(db: None) -> RegisteredTool:
    """Another tool, which knows nothing of the first."""
    return RegisteredTool.register("Essay tool")


@pytest.fixture
def course(db: None) -> Course:
    """A course in the modulestore, published."""
    return make_course()


@pytest.fixture
def context(tool: RegisteredTool, course: Course) -> LtiContext:
    """The tool in the course."""
    return context_for(tool.tool.pk, course_key=course.key)


@pytest.fixture
def learner(course: Course) -> Any:
    """A user who is enrolled in the course."""
    return make_learner(course)


@pytest.fixture
def declarative_block(course: Course, tool: RegisteredTool) -> UsageKey:
    """A graded block of the tool, 10 points, for which the platform makes the line item."""
    location = course.add_block(tool.tool, display_name="Quiz", weight=10.0)
    configuration_of(location)
    return location


@pytest.fixture
def line_item(declarative_block: UsageKey) -> int:
    """The number of the platform's item of that block."""
    return LtiAgsLineItem.objects.get(platform_item_of__location=declarative_block).pk


@pytest.fixture
def user_id(learner: Any, declarative_block: UsageKey) -> str:
    """The ``sub`` of the learner, who was launched in that block."""
    return subject_of(learner, declarative_block).subject


@pytest.fixture
def programmatic_block(course: Course, tool: RegisteredTool) -> UsageKey:
    """A graded block of the tool, 10 points, to which the tool links its own line items."""
    location = course.add_block(tool.tool, display_name="Essay", weight=10.0, grading_mode="programmatic")
    configuration_of(location)
    return location


@pytest.fixture
def ags(tool: RegisteredTool) -> Ags:
    """The AGS services as the tool reaches them, with a token for all scopes."""
    return Ags(tool)
