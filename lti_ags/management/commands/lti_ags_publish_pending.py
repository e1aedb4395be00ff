"""``manage.py lti_ags_publish_pending``: publish every grade that is not settled, here and now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lti_ags import edx_platform
from lti_ags.services.bulk_work import unfinished, work_off
from lti_ags.services.sweeping import count_claimed, count_due, count_waiting, publish_overdue, publish_waiting

_BATCH = 100


class Command(BaseCommand):
    """Finish what is left, bulk actions of staff included; safe beside workers, and on several machines at once."""

    help = (
        "Publish every grade that waits for the gradebook; those that failed before are tried once more, without "
        "waiting for their time. May run on several machines at once, and beside workers."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a bound for the number of grades."""
        parser.add_argument("--limit", type=int, default=None, help="Stop after this many grades.")

    def handle(self, *_args: Any, limit: int | None, **_options: Any) -> None:
        """Publish in batches, and tell how far it is after each."""
        if not edx_platform.is_lms():
            raise CommandError("Only the LMS publishes grades: run this command as './manage.py lms …'.")
        self.stdout.write(f"{count_due()} grades are due, {count_waiting()} wait for another try.")
        # A limit is about grades; what staff confirmed for many learners is done as a whole.
        bulk_ids = unfinished().order_by("pk").values_list("pk", flat=True) if limit is None else []
        for bulk_id in list(bulk_ids):
            attempt = work_off(bulk_id)
            self.stdout.write(f"Bulk action {bulk_id}: {attempt.progress.value}.")
        done = 0
        while limit is None or done < limit:
            taken = publish_overdue(limit=_BATCH if limit is None else min(_BATCH, limit - done))
            done += taken
            if not taken:
                break
            self.stdout.write(f"{done} taken, {count_due()} still due.")
        if limit is None or done < limit:
            done += publish_waiting(limit=None if limit is None else limit - done)
        self.stdout.write(
            f"Done: {done} grades were taken; {count_due()} are due, {count_waiting()} wait for another try, "
            f"{count_claimed()} are in the hands of other processes."
        )
