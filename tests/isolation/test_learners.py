"""A tool writes and reads the learners of the course that it speaks about, and nobody else."""

from __future__ import annotations

from tests.isolation.estates import Estate, everything
from tests.support.ags import Ags, score_body
from tests.support.courses import external_id, make_user


def test_learner_of_another_course_cannot_be_scored_here(estates: list[Estate]) -> None:
    here, there = estates[0], estates[1]
    ags = Ags(here.tool)
    before = everything()

    for item in here.items.values():
        response = ags.post_score(item, score_body(there.subject))

        assert (response.status_code, response.json()["code"]) == (403, "not_in_course")
    assert everything() == before


def test_user_of_the_site_who_is_in_no_course_cannot_be_scored(estates: list[Estate]) -> None:
    here = estates[0]
    known, nobody = external_id(make_user("stranger")), "00000000-0000-4000-8000-000000000000"
    before = everything()

    for user in (known, nobody):
        for item in here.items.values():
            assert Ags(here.tool).post_score(item, score_body(user)).status_code == 403

    assert everything() == before


def test_results_of_one_course_hold_nobody_of_another(estates: list[Estate]) -> None:
    for estate in estates:
        ags = Ags(estate.tool)
        for item in estate.items.values():
            assert {result["userId"] for result in ags.get_results(item).json()} == {estate.subject}
            strangers = {other.subject for other in estates} - {estate.subject}
            for stranger in strangers:
                assert ags.get_results(item, user_id=stranger).json() == []
