"""A block with learners, a tool that sends scores over HTTP, and the account of what became of each score."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import requests
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades.models import PersistentSubsectionGrade
from lti_ags import edx_platform
from lti_ags.constants import MediaType, Scope
from lti_ags.models import LtiAgsDelivery, LtiAgsEvent, LtiAgsGrade, LtiAgsScore
from tests.faults.stack import Site, wait_until
from tests.properties import model
from tests.support.courses import Course, configuration_of, make_course, make_learner, subject_of
from tests.support.tools import RegisteredTool

WEIGHT: Final = 10.0
_START: Final = datetime(2026, 3, 1, tzinfo=UTC)
_NUMBERS = itertools.count()
#: How long a tool goes on sending the same message to a platform that does not answer.
_PATIENCE_SECONDS: Final = 120.0


@dataclass(frozen=True)
class Sent:
    """One message and how it ended: the last HTTP status; ``0`` is no answer at all."""

    learner: int
    body: dict[str, Any]
    status: int


@dataclass
class Account:
    """What is printed at the end of each fault."""

    fault: str
    sent: int
    accepted: int
    refused: int
    expected: int
    found: int
    differences: int
    seconds: float


@dataclass
class Scene:
    """One declarative block of one tool in a course of its own, and some learners."""

    site: Site
    fault: str
    course: Course
    tool: RegisteredTool
    location: UsageKey
    learners: list[Any]
    subjects: list[str]
    configuration_id: int
    item_id: int
    sent: list[Sent] = field(default_factory=list)
    #: How often each status came, those of the tries that were repeated included.
    answers: Counter[int] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)
    _token: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def make(cls, site: Site, fault: str, *, learners: int) -> Scene:
        """Make everything as authors, operators and launches would."""
        course = make_course()
        tool = RegisteredTool.register(f"Tool of {fault}")
        location = course.add_block(tool.tool, weight=WEIGHT)
        configuration = configuration_of(location)
        people = [make_learner(course) for _number in range(learners)]
        subjects = [subject_of(person, location).subject for person in people]
        item_id = configuration.platform_item.pk
        return cls(site, fault, course, tool, location, people, subjects, configuration.pk, item_id)

    # The tool

    def message(self, learner: int, given: float, *, number: int | None = None) -> dict[str, Any]:
        """A final score; each is later than the one before unless ``number`` says otherwise."""
        number = next(_NUMBERS) if number is None else number
        return {
            "userId": self.subjects[learner],
            "timestamp": (_START + timedelta(milliseconds=number)).isoformat(),
            "scoreGiven": given,
            "scoreMaximum": 100,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
        }

    def post(self, learner: int, given: float, *, number: int | None = None) -> Sent:
        """Send one score, again and again until it is answered, and keep how it ended."""
        body = self.message(learner, given, number=number)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            status, may_retry = self.try_once(body)
            if not may_retry or time.monotonic() > deadline:
                break
            time.sleep(0.3)
        sent = Sent(learner, body, status)
        with self._lock:
            self.sent.append(sent)
        return sent

    def post_all(self, scores: Iterable[tuple[int, float, int | None]], *, threads: int) -> None:
        """Send many scores by several threads at once: learner, points, number."""
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda score: self.post(score[0], score[1], number=score[2]), scores))

    def try_once(self, body: dict[str, Any]) -> tuple[int, bool]:
        """Send one message once; return its status and whether a tool should try again."""
        status, may_retry = self._answer_to(body)
        with self._lock:
            self.answers[status] += 1
        return status, may_retry

    def _answer_to(self, body: dict[str, Any]) -> tuple[int, bool]:
        try:
            response = requests.post(
                self.scores_url,
                json=body,
                headers={"Authorization": f"Bearer {self.token()}", "Content-Type": MediaType.SCORE.value},
                timeout=120,
            )
        except requests.RequestException:
            return 0, True
        if response.status_code == 503:
            assert int(response.headers["Retry-After"]) > 0
            return 503, True
        return response.status_code, False

    @property
    def scores_url(self) -> str:
        """Where the block's line item takes scores."""
        return f"{self.site.url}/api/lti_ags/v1/line_items/{self.item_id}/scores"

    def token(self) -> str:
        """An access token from the token endpoint; one is enough."""
        with self._lock:
            if not self._token:
                form = self.tool.form(Scope.SCORE)
                response = requests.post(f"{self.site.url}/api/lti_ags/v1/token", data=form, timeout=120)
                assert response.status_code == 200, response.text
                self._token = response.json()["access_token"]
            return self._token

    # What becomes of it

    def grades(self) -> Any:
        """The rows of our grades in the block."""
        return LtiAgsGrade.objects.filter(configuration_id=self.configuration_id)

    def is_settled(self, learners: Sequence[int] | None = None) -> bool:
        """Tell whether every accepted score has become a grade, of some learners or of all."""
        chosen = range(len(self.learners)) if learners is None else learners
        wanted = {one.learner for one in self.sent if one.status == 200} & set(chosen)
        users = [self.learners[learner].pk for learner in wanted]
        settled = self.grades().filter(subject__user__in=users, next_attempt_at=None, decision="published")
        return bool(settled.count() == len(wanted))

    def wait(self, *, seconds: float, learners: Sequence[int] | None = None) -> None:
        """Wait until all is published, without doing anything for it."""
        wait_until(
            lambda: self.is_settled(learners),
            seconds=seconds,
            what=lambda: f"the grades ({self.left()})",
            pause=0.3,
            meanwhile=self.site.revive,
        )

    def left(self) -> dict[str, int]:
        """Count the grades that are not settled, by decision."""
        return dict(Counter(self.grades().exclude(next_attempt_at=None).values_list("decision", flat=True)))

    def account(self) -> Account:
        """Compare what the gradebook holds with what the model makes of the accepted scores."""
        accepted = [one for one in self.sent if one.status == 200]
        expected = {learner: self._by_the_model(learner, accepted) for learner in {one.learner for one in accepted}}
        numbers = {person.pk: number for number, person in enumerate(self.learners)}
        held = edx_platform.read_scores(self.location, user_ids=numbers)
        found = {numbers[user]: points.earned for user, points in held.items()}
        differing = [one for one in {*expected, *found} if abs(expected.get(one, -1) - found.get(one, -1)) > 1e-6]
        return Account(
            fault=self.fault,
            sent=len(self.sent),
            accepted=len(accepted),
            # Only for being older than what is on record: these messages are all well made, and allowed.
            refused=sum(one.status == 409 for one in self.sent),
            expected=len(expected),
            found=len(found),
            differences=len(differing),
            seconds=time.monotonic() - self.started,
        )

    def check(self, *, outage: bool = False) -> Account:
        """Hold what must be true after every fault."""
        account = self.account()
        assert account.differences == 0, account
        assert account.sent == account.accepted + account.refused, self.answers
        errors = [status for status in self.answers if status >= 500 and not (outage and status == 503)]
        assert not errors, self.answers
        self._check_rows(account)
        return account

    def _check_rows(self, account: Account) -> None:
        """Each learner's newest message is on record, and nobody's crash was taken for a teacher."""
        stored = LtiAgsScore.objects.filter(line_item_id=self.item_id).select_related("subject")
        by_learner = {self.subjects.index(score.subject.subject): score for score in stored}
        assert by_learner, "nothing is on record"
        assert by_learner.keys() == {one.learner for one in self.sent}
        assert LtiAgsDelivery.objects.filter(line_item_id=self.item_id, status=200).count() >= account.accepted
        for learner, score in by_learner.items():
            newest = max(
                (one for one in self.sent if one.learner == learner), key=lambda one: str(one.body["timestamp"])
            )
            assert newest.status == 200, newest
            assert score.final_score_given == newest.body["scoreGiven"]
            assert score.timestamp == datetime.fromisoformat(newest.body["timestamp"])
        assert not LtiAgsEvent.objects.filter(grade__in=self.grades(), kind="changed_by_staff").exists()

    def wait_for_recalculation(self, *, seconds: float) -> None:
        """Wait until the LMS has counted every published score, in its own tasks."""

        def is_counted() -> bool:
            held = edx_platform.read_scores(self.location, user_ids=[person.pk for person in self.learners])
            rows = PersistentSubsectionGrade.objects.filter(usage_key=self.course.subsection)
            counted = {row.user_id: row.earned_graded for row in rows}
            return all(abs(points.earned - counted.get(user, -1.0)) < 1e-6 for user, points in held.items())

        wait_until(is_counted, seconds=seconds, what="the LMS to count the scores", pause=0.5)

    def _by_the_model(self, learner: int, accepted: list[Sent]) -> float:
        """What the pure model makes of the accepted scores of a learner, in the order of their timestamps."""
        block = model.Block(weight=WEIGHT, mode="declarative")
        block.items[1] = model.Item(1, WEIGHT, is_platform_made=True)
        story = model.Learner()
        bodies = sorted(
            (one.body for one in accepted if one.learner == learner), key=lambda body: str(body["timestamp"])
        )
        for moment, body in enumerate(bodies):
            message = model.Message.of({"comment": "", **body})
            model.receive(block, story, block.items[1], message, moment=moment)
        model.attempt(block, story, now=datetime.now(UTC), moment=len(bodies))
        assert story.entry is not None
        return story.entry.earned


def shuffled(count: int, *, learners: int, seed: int = 1) -> list[tuple[int, float, int | None]]:
    """Scores for some learners in turn, with timestamps in no order."""
    first = next(_NUMBERS)
    numbers = [first + number for number in range(count)]
    for _number in numbers:
        next(_NUMBERS)
    random.Random(seed).shuffle(numbers)  # noqa: S311 - the same order in each run
    return [(index % learners, float(number % 101), number) for index, number in enumerate(numbers)]
