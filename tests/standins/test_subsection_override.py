"""A grade that a person put over a whole subsection."""

from __future__ import annotations

import pytest

from lms.djangoapps.courseware.model_data import get_score
from lms.djangoapps.grades import api
from lms.djangoapps.grades.models import PersistentSubsectionGrade
from xmodule.modulestore.django import modulestore


@pytest.fixture
def subsection(demo):
    """Return the subsection of the block."""
    return modulestore().get_parent_location(modulestore().get_parent_location(demo))


def override(user, subsection, points):
    """Override as the gradebook does."""
    api.override_subsection_grade(
        user.id,
        subsection.course_key,
        subsection,
        earned_all=points,
        earned_graded=points,
        feature=api.GradeOverrideFeatureEnum.gradebook,
        comment="Oral exam",
    )


def test_an_override_shows_in_the_course_and_in_no_score(demo, subsection, ada, send, gradebook):
    send(demo, ada, 8.0, 10.0)

    override(ada, subsection, 9.0)

    found = api.get_subsection_grade_override(ada.id, demo.course_key, subsection)
    assert (found.earned_all_override, found.earned_graded_override) == (9.0, 9.0)
    assert (found.system, found.override_reason) == ("GRADEBOOK", "Oral exam")
    assert get_score(ada.id, demo).grade == 8.0
    assert gradebook(demo, ada).points == (8.0, 10.0)
    assert gradebook(demo, ada).percent == 0.9
    assert PersistentSubsectionGrade.read_grade(ada.id, subsection).earned_all == 8.0


def test_a_new_score_under_an_override_changes_the_base_row_only(demo, subsection, ada, send, gradebook):
    send(demo, ada, 8.0, 10.0)
    override(ada, subsection, 9.0)

    send(demo, ada, 3.0, 10.0)

    assert get_score(ada.id, demo).grade == 3.0
    assert PersistentSubsectionGrade.read_grade(ada.id, subsection).earned_all == 3.0
    assert gradebook(demo, ada).percent == 0.9


def test_undoing_an_override_brings_the_computed_grade_back(demo, subsection, ada, send, gradebook):
    send(demo, ada, 8.0, 10.0)
    override(ada, subsection, 9.0)
    send(demo, ada, 3.0, 10.0)

    api.undo_override_subsection_grade(ada.id, demo.course_key, subsection)

    assert gradebook(demo, ada).percent == 0.3


def test_nothing_can_be_overridden_before_there_is_a_grade(subsection, ada):
    with pytest.raises(PersistentSubsectionGrade.DoesNotExist):
        override(ada, subsection, 9.0)


def test_an_override_is_told_with_the_key_of_the_subsection(demo, subsection, ada, send):
    send(demo, ada, 8.0, 10.0)
    told = []

    def listen(sender, **kwargs):
        told.append((kwargs["usage_id"], kwargs["score_db_table"], kwargs["score_deleted"]))

    api.signals.SUBSECTION_OVERRIDE_CHANGED.connect(listen)

    override(ada, subsection, 9.0)
    api.undo_override_subsection_grade(ada.id, demo.course_key, subsection)

    assert told == [(str(subsection), "overrides", False), (str(subsection), "overrides", True)]
