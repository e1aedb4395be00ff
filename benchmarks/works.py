"""
The pieces of work: prepared beforehand, measured while they run, checked afterwards.

Only ``run`` is measured. ``check`` looks at every answer and at what is stored, so that nobody is fast by doing less.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from itertools import count
from typing import Final

from benchmarks.contestant import (
    FIRST_FRESH_LEARNER,
    SAME_LEARNER,
    Contestant,
    Row,
    filled_row,
    require,
    require_stored,
)
from benchmarks.tool import SCOPES, Message, points_of
from benchmarks.wsgi import Answer, Application, Environ, Request, send

#: Messages are numbered through, so that each is later than the one before.
_MESSAGES: Final = count(1000)
_FRESH: Final = count(FIRST_FRESH_LEARNER)

PAGE_OF_RESULTS: Final = 1000
#: What a page of line items holds unless the tool says otherwise.
PAGE_OF_LINE_ITEMS: Final = 100


class Work(ABC):
    """One kind of work for one contestant."""

    def __init__(self, contestant: Contestant, application: Application) -> None:
        self.contestant = contestant
        self.application = application
        self.answers: list[Answer] = []

    @abstractmethod
    def prepare(self, requests: int) -> None:
        """Write the requests."""

    @abstractmethod
    def run(self) -> None:
        """Send them and keep the answers. This alone is measured."""

    @abstractmethod
    def check(self) -> int:
        """Raise ``WorkDiffers`` unless everything was done; return how many units of work it was."""


class _Batch(Work):
    """Requests that do not depend on each other's answers."""

    environs: list[Environ]

    @abstractmethod
    def requests(self, number: int) -> list[Request]:
        """Return the requests."""

    def prepare(self, requests: int) -> None:
        self.environs = [request.environ() for request in self.requests(requests)]
        self.answers = []

    def run(self) -> None:
        application, keep = self.application, self.answers.append
        for environ in self.environs:
            keep(send(application, environ))


class Token(_Batch):
    """Access tokens, each for a new assertion."""

    def requests(self, number: int) -> list[Request]:
        return [self.contestant.token_request() for _ in range(number)]

    def check(self) -> int:
        for answer in self.answers:
            token, scopes = self.contestant.token_of(answer)
            require(scopes == frozenset(SCOPES), f"A token opens {sorted(scopes)}")
            require(token.count(".") == 2, "An access token is no JWT")
        return len(self.answers)


class _Scores(_Batch):
    messages: list[Message]

    def requests(self, number: int) -> list[Request]:
        self.messages = [self.message() for _ in range(number)]
        return [self.contestant.score_request(message) for message in self.messages]

    @abstractmethod
    def message(self) -> Message:
        """Return the next message."""

    def check(self) -> int:
        for answer in self.answers:
            self.contestant.require_accepted(answer)
        last = {message.user_id: message for message in self.messages}
        require_stored(self.contestant, list(last.values()))
        return len(self.answers)


class NewScores(_Scores):
    """The first score of a learner, again and again of another one."""

    def message(self) -> Message:
        learner = next(_FRESH)
        return Message(learner, points_of(learner), next(_MESSAGES))


class SameScores(_Scores):
    """Later and later scores of one learner."""

    def message(self) -> Message:
        number = next(_MESSAGES)
        return Message(SAME_LEARNER, points_of(number), number)


class LineItems(_Batch):
    """The first page of a context's line items."""

    def requests(self, number: int) -> list[Request]:
        return [self.contestant.line_items_request() for _ in range(number)]

    def check(self) -> int:
        for answer in self.answers:
            ids = self.contestant.line_item_ids(answer)
            expected = min(self.contestant.dataset.line_items, PAGE_OF_LINE_ITEMS)
            require(len(set(ids)) == len(ids) == expected, f"{len(ids)} line items came, not {expected}")
        return len(self.answers)


class LineItemsWalk(Work):
    """All line items of a context, page by page or in whatever way the contestant gives them."""

    def prepare(self, requests: int) -> None:
        self.answers = []

    def run(self) -> None:
        request: Request | None = self.contestant.line_items_request(page=1000)
        while request is not None:
            answer = send(self.application, request.environ())
            self.answers.append(answer)
            query = self.contestant.next_query(answer)
            request = None if query is None else replace(request, query=query)

    def check(self) -> int:
        ids = {name for answer in self.answers for name in self.contestant.line_item_ids(answer)}
        expected = self.contestant.dataset.line_items
        require(len(ids) == expected, f"{len(ids)} line items came, not {expected}")
        return 1


class _ResultsPages(_Batch):
    """Pages of results that can be asked for without the page before."""

    @abstractmethod
    def query(self) -> str | None:
        """Return the query of the page."""

    def requests(self, number: int) -> list[Request]:
        query = self.query()
        return [self.contestant.results_request(query) for _ in range(number)]

    def check(self) -> int:
        first = self.first_learner()
        expected = [filled_row(number) for number in range(first, first + PAGE_OF_RESULTS)]
        for answer in self.answers:
            rows = self.contestant.results_of(answer)
            require(rows[:PAGE_OF_RESULTS] == expected, f"The page has {rows[:2]} ..., not {expected[:2]} ...")
        return len(self.answers)

    @abstractmethod
    def first_learner(self) -> int:
        """Return the number of the learner with whom the page begins."""


class FirstResults(_ResultsPages):
    """The first page of results."""

    def query(self) -> str | None:
        return None

    def first_learner(self) -> int:
        return 0


class LastResults(_ResultsPages):
    """The last thousand results."""

    def query(self) -> str | None:
        return self.contestant.last_page_query()

    def first_learner(self) -> int:
        return self.contestant.dataset.scores - PAGE_OF_RESULTS


class ResultsWalk(Work):
    """All results of an item, page by page or in whatever way the contestant gives them."""

    def prepare(self, requests: int) -> None:
        self.rows: list[Row] = []
        self.answers = []

    def run(self) -> None:
        query: str | None = None
        while True:
            answer = send(self.application, self.contestant.results_request(query).environ())
            self.answers.append(answer)
            query = self.contestant.next_query(answer)
            if query is None:
                return

    def check(self) -> int:
        rows = [row for answer in self.answers for row in self.contestant.results_of(answer)]
        number = self.contestant.dataset.scores
        require(sorted(rows) == sorted(filled_row(learner) for learner in range(number)), "The results are others")
        return 1


WORKS: Final[dict[str, type[Work]]] = {
    "token": Token,
    "score_new": NewScores,
    "score_same": SameScores,
    "line_items": LineItems,
    "line_items_walk": LineItemsWalk,
    "results_first": FirstResults,
    "results_last": LastResults,
    "results_walk": ResultsWalk,
}
