"""What has_score, weight and max_score do to the gradebook, now and for those who have a grade already."""

from __future__ import annotations

import pytest

from lms.djangoapps.courseware.model_data import get_score
from lms.djangoapps.grades.api import CourseGradeFactory
from lms.djangoapps.grades.models import PersistentSubsectionGrade
from sandbox import courses
from xmodule.modulestore.django import modulestore


@pytest.fixture
def second(demo):
    """Return another block of weight 10 in the same unit."""
    return courses.add_block(modulestore().get_parent_location(demo), "demo_graded", weight=10.0)


def test_a_learner_without_any_score_has_zero_of_the_weight(demo, ada, gradebook):
    assert gradebook(demo, ada).points == (0.0, 10.0)


def test_a_block_that_is_not_graded_is_absent_and_its_score_counts_nowhere(demo, ada, send, gradebook):
    courses.change_block(demo, has_score=False)

    send(demo, ada, 8.0, 10.0)

    assert get_score(ada.id, demo).grade == 8.0
    assert gradebook(demo, ada).points is None
    assert gradebook(demo, ada).percent == 0.0
    assert not PersistentSubsectionGrade.objects.exists()


def test_grading_turned_on_shows_zero_until_the_next_score(demo, ada, send, gradebook):
    courses.change_block(demo, has_score=False)
    send(demo, ada, 8.0, 10.0)

    courses.change_block(demo, has_score=True)

    assert gradebook(demo, ada).points == (0.0, 10.0)
    CourseGradeFactory().update(ada, course_key=demo.course_key)
    assert gradebook(demo, ada).points == (0.0, 10.0)
    send(demo, ada, 8.0, 10.0)
    assert gradebook(demo, ada).points == (8.0, 10.0)


def test_grading_turned_on_is_seen_by_a_forced_update(demo, ada, send, gradebook):
    courses.change_block(demo, has_score=False)
    send(demo, ada, 8.0, 10.0)
    courses.change_block(demo, has_score=True)

    CourseGradeFactory().update(ada, course_key=demo.course_key, force_update_subsections=True)

    assert gradebook(demo, ada).points == (8.0, 10.0)


def test_grading_turned_off_hides_the_problem_and_keeps_the_course_grade_for_a_while(
    demo, second, ada, send, gradebook
):
    send(demo, ada, 8.0, 10.0)

    courses.change_block(demo, has_score=False)

    assert gradebook(demo, ada).points is None
    assert gradebook(demo, ada).percent == 0.4
    send(second, ada, 5.0, 10.0)
    assert gradebook(demo, ada).percent == 0.5


def test_a_new_weight_is_for_those_without_a_grade_until_the_next_score(demo, ada, ben, send, gradebook):
    send(demo, ada, 8.0, 10.0)

    courses.change_block(demo, weight=20.0)

    assert gradebook(demo, ada).points == (8.0, 10.0)
    assert gradebook(demo, ben).points == (0.0, 20.0)
    send(demo, ada, 8.0, 10.0)
    assert gradebook(demo, ada).points == (16.0, 20.0)


def test_a_weight_of_zero_is_ungraded(demo, ada, send, gradebook):
    courses.change_block(demo, weight=0.0)

    send(demo, ada, 5.0, 10.0)

    assert gradebook(demo, ada).points == (0.0, 0.0)
    assert gradebook(demo, ada).percent == 0.0


def test_without_a_weight_raw_points_count(demo, ada, send, gradebook):
    courses.change_block(demo, weight=None)

    send(demo, ada, 5.0, 10.0)

    assert gradebook(demo, ada).points == (5.0, 10.0)


def test_max_score_that_raises_breaks_the_grades_of_the_whole_course(demo, second, ada, send, gradebook):
    courses.change_block(demo, maximum="raise")

    with pytest.raises(RuntimeError):
        gradebook(second, ada)
    with pytest.raises(RuntimeError):
        send(second, ada, 8.0, 10.0)


def test_max_score_of_none_hides_the_block_until_there_is_a_score(demo, ada, send, gradebook):
    courses.change_block(demo, maximum="none")

    before = gradebook(demo, ada).points
    send(demo, ada, 8.0, 10.0)

    assert before is None
    assert gradebook(demo, ada).points == (8.0, 10.0)


def test_max_score_of_zero_is_ungraded_until_there_is_a_score(demo, ada, send, gradebook):
    courses.change_block(demo, maximum="0")

    before = gradebook(demo, ada).points
    send(demo, ada, 8.0, 10.0)

    assert before == (0.0, 0.0)
    assert gradebook(demo, ada).points == (8.0, 10.0)


def test_max_score_that_is_text_breaks_reading_grades(demo, ada, gradebook):
    courses.change_block(demo, maximum="text")

    with pytest.raises(TypeError):
        gradebook(demo, ada)


def test_a_block_marked_as_not_graded_itself_stays_out_of_the_total(demo, second, ada, send, gradebook):
    courses.change_block(second, graded=False)

    send(demo, ada, 8.0, 10.0)

    assert gradebook(second, ada).points == (0.0, 10.0)
    assert gradebook(demo, ada).percent == 0.8


def test_an_ungraded_subsection_shows_points_and_counts_nothing(course, ada, send, gradebook):
    unit = courses.add_unit(courses.add_subsection(courses.add_section(course), graded=False))
    key = courses.add_block(unit, "demo_graded", weight=10.0)

    send(key, ada, 8.0, 10.0)

    assert gradebook(key, ada).points == (8.0, 10.0)
    assert gradebook(key, ada).percent == 0.0


def test_a_course_grade_is_a_whole_percent(demo, second, ada, send, gradebook):
    send(demo, ada, 8.3, 10.0)

    assert gradebook(demo, ada).percent == 0.42


def test_saving_a_row_by_hand_leaves_the_grades_stale(demo, ada, send, gradebook):
    send(demo, ada, 8.0, 10.0)
    row = get_score(ada.id, demo)
    row.grade = 2.0
    row.save()

    assert gradebook(demo, ada).points == (2.0, 10.0)
    assert gradebook(demo, ada).percent == 0.8
