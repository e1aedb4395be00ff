"""The quiz: three questions that give 100 points together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Question:
    """One question with its possible answers; ``right`` is the name of the right one."""

    name: str
    text: str
    points: int
    answers: Mapping[str, str]
    right: str


QUESTIONS: Final = (
    Question(
        name="score",
        text="What does a tool send to the platform when a learner has finished?",
        points=50,
        answers={"score": "A score", "grade": "A grade", "result": "A result"},
        right="score",
    ),
    Question(
        name="zero",
        text="A learner got every answer wrong. What is in the gradebook?",
        points=33,
        answers={"nothing": "Nothing, as if they had not tried", "zero": "A grade of 0", "error": "An error"},
        right="zero",
    ),
    Question(
        name="line_item",
        text="What is a line item?",
        points=17,
        answers={"row": "A learner", "column": "A column of the gradebook", "cell": "A single grade"},
        right="column",
    ),
)
MAXIMUM: Final = sum(question.points for question in QUESTIONS)


@dataclass(frozen=True)
class Outcome:
    """What a learner's answers are worth, in points, and a comment that says why."""

    points: int
    maximum: int
    comment: str


def mark(answers: Mapping[str, str]) -> Outcome:
    """Mark the answers, which map a question's name to an answer's; a missing one is wrong."""
    right = [question for question in QUESTIONS if answers.get(question.name) == question.right]
    comment = f"{len(right)} of {len(QUESTIONS)} answers were right."
    return Outcome(points=sum(question.points for question in right), maximum=MAXIMUM, comment=comment)
