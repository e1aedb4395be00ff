"""``manage.py lti_ags_publish_pending``: publish every grade that is due, here and now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lti_ags import edx_platform
from lti_ags.services.publishing import count_due, publish_overdue

_BATCH = 100


class Command(BaseCommand):
    """Finish what is left; safe beside workers, and on several machines at once."""

    help = "Publish every grade that is waiting for the gradebook, until none is due. May run on several machines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a bound for the number of grades."""
        parser.add_argument("--limit", type=int, default=None, help="Stop after this many grades.")

    def handle(self, *_args: Any, limit: int | None, **_options: Any) -> None:
        """Publish in batches, and tell how far it is after each."""
        if not edx_platform.is_lms():
            raise CommandError("Only the LMS publishes grades: run this command as './manage.py lms …'.")
        total = count_due() if limit is None else min(count_due(), limit)
        self.stdout.write(f"{total} grades are due.")
        done = 0
        while limit is None or done < limit:
            size = _BATCH if limit is None else min(_BATCH, limit - done)
            taken = publish_overdue(limit=size)
            done += taken
            if not taken:
                break
            self.stdout.write(f"{done} of {max(total, done)} taken, {count_due()} still due.")
        self.stdout.write(f"Done: {done} grades were taken, {count_due()} are due now.")
