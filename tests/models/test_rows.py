"""Rows as operators meet them outside of any page: in a shell, and in a dump of the tables."""

from __future__ import annotations

import pytest
from django.core import serializers
from django.db.models import Model
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsBulkAction
from lti_ags.models.copies import LtiCopy
from lti_ags.models.keys import UsedToken
from lti_ags.services.configurations import find_configuration


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (LtiAgsBulkAction(action="release", total=3), "release of 3 grades"),
        (LtiCopy(copied_key="block-v1:X+Y+Z+type@lti_ags+block@b"), "block-v1:X+Y+Z+type@lti_ags+block@b"),
        (UsedToken(digest="ab12"), "ab12"),
    ],
    ids=["bulk action", "copy", "used token"],
)
def test_row_says_in_a_shell_which_it_is(row: Model, name: str) -> None:
    assert str(row) == name


@pytest.mark.parametrize("form", ["json", "xml"])
def test_json_columns_survive_a_dump_and_a_load(form: str, declarative_block: UsageKey) -> None:
    row = LtiAgsBulkAction.objects.create(
        configuration=find_configuration(declarative_block), action="release", total=1, grade_ids=[7],
        left_alone={"it's": 1, "nothing_late": 2}, created_at=timezone.now(),
    )  # fmt: skip
    dump = serializers.serialize(form, [row])
    LtiAgsBulkAction.objects.update(grade_ids=[], left_alone={})

    for loaded in serializers.deserialize(form, dump):
        loaded.save()

    row.refresh_from_db()
    assert (row.grade_ids, row.left_alone) == ([7], {"it's": 1, "nothing_late": 2})
