"""A transaction that lost a race against another one is run again, and nobody notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import OperationalError, transaction

from lti_ags.models import UsedToken
from lti_ags.services.transactions import run_atomically

pytestmark = pytest.mark.django_db(transaction=True)


class ServerError(Exception):
    """What the driver of PostgreSQL raises, with its code under the name of its version."""

    def __init__(self, **code: str) -> None:
        super().__init__("could not serialize access")
        vars(self).update(code)


def of_postgres(**code: str) -> OperationalError:
    error = OperationalError(f"could not serialize access: {code}")
    error.__cause__ = ServerError(**code)
    return error


def work_that_fails(error: OperationalError, *, times: int) -> tuple[Callable[[], int], list[int]]:
    """Work that writes a row before it fails so often, and the list of its tries."""
    tries: list[int] = []

    def work() -> int:
        tries.append(len(tries) + 1)
        UsedToken.objects.create(digest=f"{tries[-1]:064}", expires_at="2030-01-01T00:00:00Z")
        if tries[-1] <= times:
            raise error
        return tries[-1]

    return work, tries


LOST = [
    OperationalError(1020, "Record has changed since last read"),
    OperationalError(1205, "Lock wait timeout exceeded"),
    OperationalError(1213, "Deadlock found"),
    OperationalError("database is locked"),
    of_postgres(pgcode="40001"),
    of_postgres(sqlstate="40P01"),
]


@pytest.mark.parametrize("error", LOST, ids=repr)
def test_lost_race_is_run_again_with_nothing_left_of_the_first_try(error: OperationalError) -> None:
    work, _tries = work_that_fails(error, times=1)

    assert run_atomically(work) == 2
    assert UsedToken.objects.get().digest == f"{2:064}"


def test_fourth_try_is_the_last() -> None:
    last, _tries = work_that_fails(LOST[0], times=3)
    assert run_atomically(last) == 4

    UsedToken.objects.all().delete()
    lost, tries = work_that_fails(LOST[0], times=4)
    with pytest.raises(OperationalError, match="Record has changed"):
        run_atomically(lost)
    assert tries == [1, 2, 3, 4]
    assert not UsedToken.objects.exists()


@pytest.mark.parametrize(
    "error", [OperationalError("disk I/O error"), OperationalError(), of_postgres(pgcode="53100")], ids=repr
)
def test_other_trouble_is_told_at_once(error: OperationalError) -> None:
    work, tries = work_that_fails(error, times=1)

    with pytest.raises(OperationalError):
        run_atomically(work)

    assert tries == [1]
    assert not UsedToken.objects.exists()


def test_inside_another_transaction_only_that_one_can_be_repeated() -> None:
    work, tries = work_that_fails(LOST[0], times=1)

    with pytest.raises(OperationalError), transaction.atomic():
        run_atomically(work)

    assert tries == [1]
