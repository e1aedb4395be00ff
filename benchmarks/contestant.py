"""What the measuring process needs from whoever is measured."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from benchmarks.plan import Dataset
from benchmarks.tool import SCORE_MAXIMUM, Message, learner_id, points_of
from benchmarks.wsgi import Answer, Application, Request, send

#: The learner who is scored again and again, and the first of those who have no score yet.
SAME_LEARNER = 10_000_000
FIRST_FRESH_LEARNER = 20_000_000

#: A learner, points, maximum: what was sent, what is stored and what is answered have to agree on these.
Row = tuple[str, float, float]


class WorkDiffers(AssertionError):
    """A contestant did not do what was asked of it; nothing of such a run is reported."""


class Contestant(ABC):
    """
    One implementation of the services, in a process of its own.

    ``fill`` runs once for a database, ``open`` in every process.
    """

    name: str

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.access_token = ""

    @abstractmethod
    def fill(self) -> None:
        """Make the tables and what is in them."""

    @abstractmethod
    def open(self) -> Application:
        """Return the application, and find out what the requests have to name."""

    def token_request(self) -> Request:
        """Return a request for an access token with a new assertion."""
        raise NotImplementedError

    @abstractmethod
    def score_request(self, message: Message) -> Request:
        """Return the request that brings a score."""

    def line_items_request(self, *, page: int | None = None) -> Request:
        """Return the request for the line items: all in one answer, or the first page, of ``page`` items if given."""
        raise NotImplementedError

    def results_request(self, query: str | None) -> Request:
        """Return the request for results: the page of ``query``, or from the beginning."""
        raise NotImplementedError

    @abstractmethod
    def stored_rows(self, messages: Sequence[Message]) -> list[Row]:
        """Return the learners of these messages as they are stored."""

    def token_of(self, answer: Answer) -> tuple[str, frozenset[str]]:
        """Return the access token and its scopes, or raise ``WorkDiffers``."""
        raise NotImplementedError

    @abstractmethod
    def require_accepted(self, answer: Answer) -> None:
        """Raise ``WorkDiffers`` unless a score was taken."""

    def line_item_ids(self, answer: Answer) -> list[str]:
        """Return the ids of the line items in an answer."""
        raise NotImplementedError

    def results_of(self, answer: Answer) -> list[Row]:
        """Return the results in an answer."""
        raise NotImplementedError

    def next_query(self, answer: Answer) -> str | None:
        """Return the query of the page that follows an answer, or None."""
        return None

    def last_page_query(self) -> str:
        """Return the query of the last page of results."""
        raise NotImplementedError

    def bearer(self) -> str:
        """Return the Authorization header."""
        return f"Bearer {self.access_token}"

    def sign_in(self, application: Application) -> None:
        """Get the access token for the requests to come."""
        self.access_token, _scopes = self.token_of(send(application, self.token_request().environ()))


def row_of(message: Message) -> Row:
    """Return what has to be stored of a message."""
    return message.user_id, float(message.points), float(SCORE_MAXIMUM)


def require_stored(contestant: Contestant, last: Sequence[Message]) -> None:
    """Raise ``WorkDiffers`` unless of each learner the last message is what is stored."""
    expected = sorted(row_of(message) for message in last)
    stored = sorted(contestant.stored_rows(last))
    require(stored == expected, f"Stored is {stored[:3]} ..., sent was {expected[:3]} ...")


def filled_row(number: int) -> Row:
    """Return what the database is filled with for a learner."""
    return learner_id(number), float(points_of(number)), float(SCORE_MAXIMUM)


def require(truth: bool, message: str) -> None:
    """Raise ``WorkDiffers`` unless something is true."""
    if not truth:
        raise WorkDiffers(message)
