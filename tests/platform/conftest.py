"""
The contract with Open edX, and how to make what it needs.

These tests use the platform by its real dotted names and nothing of the sandbox, so the same files run on the stand-ins
and inside a real LMS (``real_lms.ini`` says how). ``Site`` below is all that they know about making courses and people.
"""

from __future__ import annotations

import itertools
import platform as machine
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import pytest

PACKAGES = (
    *("Django", "djangorestframework", "XBlock", "edx-opaque-keys", "openedx-events", "edx-django-utils"),
    *("edx-when", "edx-completion", "celery", "PyJWT", "lti-ags"),
)
COURSE_START = datetime(2026, 1, 1, tzinfo=UTC)
AUTHOR_ID = -3
_numbers = itertools.count(1)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say on what the contract was held to."""
    from django.conf import settings

    installed = ((name, _version(name)) for name in PACKAGES)
    terminalreporter.write_sep("-", "platform contract")
    terminalreporter.write_line(f"Python {machine.python_version()}, settings {settings.SETTINGS_MODULE}")
    terminalreporter.write_line(", ".join(f"{name} {version}" for name, version in installed if version))


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


class Site:
    """Makes courses and people with the platform's own functions."""

    @property
    def store(self) -> Any:
        from xmodule.modulestore.django import modulestore

        return modulestore()

    @contextmanager
    def authoring(self, course_key: Any) -> Iterator[Any]:
        """Give the modulestore as Studio has it: drafts are read and written."""
        from xmodule.modulestore import ModuleStoreEnum

        with self.store.branch_setting(ModuleStoreEnum.Branch.draft_preferred, course_key):
            yield self.store

    # Courses

    def course(self, **fields: Any) -> Any:
        """Make an empty course that began in the past; return its key."""
        settings = {"display_name": "A course", "start": COURSE_START, **fields}
        made = self.store.create_course("ContractX", f"C{uuid.uuid4().hex[:8]}", "2026", AUTHOR_ID, fields=settings)
        return made.id.for_branch(None).version_agnostic()

    def unit(self, course_key: Any, **subsection_fields: Any) -> Any:
        """Make a section, in it a graded subsection and in that a unit, published; return the unit's key."""
        settings = {"graded": True, "format": "Homework", **subsection_fields}
        with self.authoring(course_key) as store:
            root = store.make_course_usage_key(course_key)
            section = store.create_child(AUTHOR_ID, root, "chapter").location
            subsection = store.create_child(AUTHOR_ID, section, "sequential", fields=settings).location
            unit = store.create_child(AUTHOR_ID, subsection, "vertical").location
            store.publish(unit, AUTHOR_ID)
        return unit

    def draft_block(self, unit_key: Any, block_type: str = "lti_ags", **fields: Any) -> Any:
        """Add a block to a unit without publishing it; return its key."""
        with self.authoring(unit_key.course_key) as store:
            return store.create_child(AUTHOR_ID, unit_key, block_type, fields=fields).location

    def block(self, unit_key: Any, block_type: str = "lti_ags", **fields: Any) -> Any:
        """Add a published block to a unit; return its key."""
        key = self.draft_block(unit_key, block_type, **fields)
        self.publish(unit_key)
        return key

    def publish(self, usage_key: Any) -> None:
        with self.authoring(usage_key.course_key) as store:
            store.publish(usage_key, AUTHOR_ID)

    def edit(self, usage_key: Any, **fields: Any) -> None:
        """Change a block's draft."""
        with self.authoring(usage_key.course_key) as store:
            block = store.get_item(usage_key)
            for name, value in fields.items():
                setattr(block, name, value)
            store.update_item(block, AUTHOR_ID)

    def parent(self, usage_key: Any) -> Any:
        return self.store.get_parent_location(usage_key)

    # People

    def user(self, **fields: Any) -> Any:
        """Make a user who is in no course."""
        from django.contrib.auth import get_user_model

        from common.djangoapps.student import models as student_models

        name = f"contract{next(_numbers)}{uuid.uuid4().hex[:6]}"
        user = get_user_model().objects.create_user(name, email=f"{name}@example.org", **fields)
        profiles = getattr(student_models, "UserProfile", None)
        if profiles is not None:
            profiles.objects.get_or_create(user=user, defaults={"name": "A Person"})
        return user

    def learner(self, course_key: Any) -> Any:
        """Make a user who is enrolled."""
        user = self.user()
        self.enrol(user, course_key)
        return user

    def enrol(self, user: Any, course_key: Any) -> None:
        from common.djangoapps.student.models import CourseEnrollment

        CourseEnrollment.enroll(user, course_key, mode="audit")

    def unenrol(self, user: Any, course_key: Any) -> None:
        from common.djangoapps.student.models import CourseEnrollment

        CourseEnrollment.unenroll(user, course_key)

    def give_role(self, user: Any, role: str, course_key: Any) -> None:
        """Give a user one of the course roles, by the name of its class."""
        from common.djangoapps.student import roles

        getattr(roles, role)(course_key).add_users(user)
        self.forget_caches()

    def extend(self, user: Any, usage_key: Any, due: datetime) -> None:
        """Give one learner a later due date on the block that has the common one."""
        from edx_when import api

        api.set_dates_for_course(usage_key.course_key, [(usage_key, {"due": self.store.get_item(usage_key).due})])
        api.set_date_for_block(usage_key.course_key, usage_key, "due", due, user=user)
        self.forget_caches()

    # Grades

    def override_flag(self, name: str, course_key: Any) -> None:
        """Switch a feature of the platform on for one course."""
        from openedx.core.djangoapps.waffle_utils.models import WaffleFlagCourseOverrideModel

        WaffleFlagCourseOverrideModel.objects.create(
            waffle_flag=name, course_id=course_key, override_choice="on", enabled=True
        )
        self.forget_caches()

    def gradebook(self, user: Any, usage_key: Any) -> tuple[float, float] | None:
        """Return what the course grade of a learner is made from, for one block."""
        from lms.djangoapps.grades.api import CourseGradeFactory

        self.forget_caches()
        scores = CourseGradeFactory().read(user, course_key=usage_key.course_key).problem_scores
        return (scores[usage_key].earned, scores[usage_key].possible) if usage_key in scores else None

    def forget_caches(self) -> None:
        """Do what the platform does between two requests."""
        from edx_django_utils.cache import RequestCache, TieredCache

        RequestCache.clear_all_namespaces()
        TieredCache.dangerous_clear_all_tiers()


@pytest.fixture
def site(db: None) -> Site:
    made = Site()
    made.forget_caches()
    return made


@pytest.fixture
def course(site: Site) -> Any:
    return site.course()


@pytest.fixture
def unit(site: Site, course: Any) -> Any:
    return site.unit(course)


@pytest.fixture
def block(site: Site, unit: Any) -> Any:
    """The key of a published block of ours, worth ten points."""
    return site.block(unit, display_name="A tool", weight=10.0)


@pytest.fixture
def learner(site: Site, course: Any) -> Any:
    return site.learner(course)
