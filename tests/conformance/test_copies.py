"""What a copied course brings along: its links under new ids, with line items of their own and without scores."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import CourseKey

from cms.djangoapps.contentstore.tasks import export_olx, import_olx, rerun_course
from common.djangoapps.student.models import CourseEnrollment
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, subject_of
from tests.support.launches import Launch, ags_claim, signed_in
from tests.support.tools import RegisteredTool

COPY = CourseKey.from_string("course-v1:DemoX+AGS+copy")
RESOURCE_LINK = "https://purl.imsglobal.org/spec/lti/claim/resource_link"


def rerun(course: Course, folder: Any) -> None:
    rerun_course(course.key, COPY, get_user_model().objects.get(pk=course.author_id))


def export_and_import(course: Course, folder: Any) -> None:
    export_olx(course.key, folder)
    import_olx(get_user_model().objects.get(pk=course.author_id), COPY, folder)


@pytest.mark.conformance("D-02", "D-03")
@pytest.mark.parametrize("copy", [rerun, export_and_import], ids=["rerun", "export and import"])
def test_copied_link_has_a_new_id_and_its_own_line_item_without_scores(
    copy: Any, tool: RegisteredTool, ags: Ags, course: Course, learner: Any, tmp_path: Any
) -> None:
    block = course.add_block(tool.tool, display_name="Week 3 quiz", weight=7.5)
    original = Launch(signed_in(learner), tool, block).claims()
    [source] = ags.get(ags_claim(original)["lineitems"]).json()
    user_id = subject_of(learner, block).subject
    assert ags.request("POST", f"{source['id']}/scores", score_body(user_id)).status_code == 200

    copy(course, tmp_path)

    CourseEnrollment.enroll(learner, COPY)
    copied = Launch(signed_in(learner), tool, block.map_into_course(COPY)).claims()
    claim = ags_claim(copied)
    assert claim is not None
    [item] = ags.get(claim["lineitems"]).json()
    assert copied[RESOURCE_LINK]["id"] != original[RESOURCE_LINK]["id"]
    assert item["resourceLinkId"] == copied[RESOURCE_LINK]["id"]
    assert claim["lineitem"] == item["id"] != source["id"]
    own = {"id", "resourceLinkId"}
    assert {k: v for k, v in item.items() if k not in own} == {k: v for k, v in source.items() if k not in own}
    assert ags.get(f"{item['id']}/results").json() == []
    assert len(ags.get(f"{source['id']}/results").json()) == 1
