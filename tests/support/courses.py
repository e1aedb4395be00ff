"""Real courses, users and enrolments for tests: made through the platform's own names, as an author would make them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey, UsageKey

from common.djangoapps.student.models import CourseEnrollment
from common.djangoapps.student.roles import CourseStaffRole
from lms.djangoapps.courseware.model_data import get_score
from lti_ags import edx_platform
from lti_ags.constants import GradingMode
from lti_ags.models import LtiConfiguration, LtiSubject, LtiTool
from lti_ags.services.configurations import context_for, find_configuration, follow_block
from lti_ags.services.subjects import remember_subject
from openedx.core.djangoapps.external_user_ids.models import ExternalId
from xmodule.modulestore.django import modulestore

_NUMBERS = count(1)
_OPEN_SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Course:
    """A published course run with one graded subsection and one unit."""

    author_id: int
    key: CourseKey
    section: UsageKey
    subsection: UsageKey
    unit: UsageKey
    blocks: list[UsageKey] = field(default_factory=list)

    def add_block(self, tool: LtiTool | None, **fields: Any) -> UsageKey:
        """Add one of our blocks to the unit and publish it; return its key. ``fields`` are the block's own."""
        fields = {"display_name": "Quiz", "weight": 10.0, **fields}
        if tool is not None:
            fields["lti_tool"] = str(tool.uuid)
        block = modulestore().create_child(self.author_id, self.unit, "lti_ags", fields=fields)
        self.blocks.append(block.location)
        self.publish()
        return block.location

    def publish(self) -> None:
        """Publish the unit with all that is in it."""
        modulestore().publish(self.unit, self.author_id)

    def change(self, location: UsageKey, **fields: Any) -> None:
        """Change fields of a block and publish them."""
        block = modulestore().get_item(location)
        for name, value in fields.items():
            setattr(block, name, value)
        modulestore().update_item(block, self.author_id)
        self.publish()

    def end(self, moment: datetime) -> None:
        """Change when the course ends, and publish that; where a site asks for it, the grades freeze a month later."""
        root = modulestore().get_course(self.key)
        root.end = moment
        modulestore().update_item(root, self.author_id)
        modulestore().publish(root.location, self.author_id)


def make_course(**fields: Any) -> Course:
    """Make a course that has been open for years. ``fields`` are the graded subsection's, ``due`` for one."""
    author = make_user("author")
    store = modulestore()
    root = store.create_course("DemoX", "AGS", f"run{next(_NUMBERS)}", author.pk, fields={"start": _OPEN_SINCE})
    section = store.create_child(author.pk, root.location, "chapter", fields={"display_name": "Week 1"})
    subsection = store.create_child(
        author.pk,
        section.location,
        "sequential",
        fields={"display_name": "Homework", "graded": True, "format": "Homework", "start": _OPEN_SINCE, **fields},
    )
    unit = store.create_child(author.pk, subsection.location, "vertical", fields={"display_name": "Unit"})
    store.publish(section.location, author.pk)
    CourseStaffRole(root.id).add_users(author)
    return Course(author.pk, root.id, section.location, subsection.location, unit.location)


def make_user(name: str = "learner", **fields: Any) -> Any:
    """Make a platform user with a name of its own."""
    return get_user_model().objects.create_user(username=f"{name}{next(_NUMBERS)}", password="secret", **fields)


def enrol(user: Any, course: Course) -> None:
    """Enrol a user in a course."""
    CourseEnrollment.enroll(user, course.key)


def make_learner(course: Course) -> Any:
    """Make an enrolled learner."""
    learner = make_user()
    enrol(learner, course)
    return learner


def make_staff(course: Course) -> Any:
    """Make a member of the course's staff who is not enrolled."""
    member = make_user("teacher")
    CourseStaffRole(course.key).add_users(member)
    return member


def external_id(user: Any) -> str:
    """Return the id by which tools know the user."""
    row, _is_new = ExternalId.add_new_user_id(user, "lti")
    return str(row.external_user_id)


def configuration_of(location: UsageKey) -> LtiConfiguration:
    """Bring the block's configuration up to date, as a launch or a publication does, and return it."""
    configuration = follow_block(edx_platform.block_choices(location), now=timezone.now())
    assert configuration is not None, "the block names no tool"
    return configuration


def subject_of(user: Any, location: UsageKey, *, is_staff_trial: bool = False) -> LtiSubject:
    """Write the user's subject down for the block's tool, as a launch does."""
    configuration = find_configuration(location) or configuration_of(location)
    assert configuration.tool_id is not None
    context = context_for(configuration.tool_id, course_key=configuration.course_key)
    return remember_subject(context=context, user_id=user.pk, subject=external_id(user), is_staff_trial=is_staff_trial)


def gradebook_score(user: Any, location: UsageKey) -> tuple[float, float] | None:
    """Return what the LMS's gradebook holds for the user in the block: earned and possible, or None."""
    row = get_score(user.pk, location)
    return None if row is None or row.max_grade is None else (row.grade, row.max_grade)


__all__ = [
    "Course",
    "GradingMode",
    "configuration_of",
    "enrol",
    "external_id",
    "gradebook_score",
    "make_course",
    "make_learner",
    "make_staff",
    "make_user",
    "subject_of",
]
