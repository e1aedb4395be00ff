"""Ids that differ only in case or in spaces at the end are different, on databases that compare text loosely too."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from opaque_keys.edx.keys import CourseKey

from lti_ags.models import LtiContext, LtiSubject, LtiToolAvailability
from lti_ags.models.fields import digest_of
from lti_ags.services.configurations import context_for
from tests.support.courses import make_user
from tests.support.tools import RegisteredTool

ALIKE = ("abc", "ABC", "Abc", "abc ", "äbc", "abc\u00ad")


def test_subjects(context: LtiContext) -> None:
    for subject in ALIKE:
        LtiSubject.objects.create(context=context, subject=subject, user=make_user())

    found = [LtiSubject.objects.get(context=context, subject_digest=digest_of(subject)) for subject in ALIKE]

    assert [one.subject for one in found] == list(ALIKE)
    with pytest.raises(IntegrityError), transaction.atomic():
        LtiSubject.objects.create(context=context, subject="abc", user=make_user())


def test_course_keys(tool: RegisteredTool) -> None:
    keys = [CourseKey.from_string(f"course-v1:DemoX+{course}+Run") for course in ("AGS", "ags", "Ags")]

    made = [context_for(tool.tool.pk, course_key=key) for key in keys]

    assert [context.course_key for context in made] == keys
    assert len({context.pk for context in made}) == 3
    assert [context_for(tool.tool.pk, course_key=key).pk for key in keys] == [context.pk for context in made]


def test_organisations(tool: RegisteredTool) -> None:
    for org in ("DemoX", "demox"):
        LtiToolAvailability.objects.create(tool=tool.tool, org=org)

    assert LtiToolAvailability.objects.filter(tool=tool.tool).exclude(org="").count() == 2
