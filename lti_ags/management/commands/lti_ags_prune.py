"""``manage.py lti_ags_prune``: delete records whose time is over."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from lti_ags.services.retention import delete_in_batches, expired_records


class Command(BaseCommand):
    """Delete old deliveries, events and bulk actions, and used tokens that have expired."""

    help = (
        "Delete deliveries, events and bulk actions of staff past their retention (LTI_AGS_DELIVERY_RETENTION_DAYS, "
        "LTI_AGS_EVENT_RETENTION_DAYS), and used tokens that have expired. Scores and grades are never touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the wish to count only."""
        parser.add_argument("--dry-run", action="store_true", help="Only count; delete nothing.")

    def handle(self, *_args: Any, dry_run: bool, **_options: Any) -> None:
        """Delete in short transactions, and tell how far it is after each."""
        for name, rows in expired_records(timezone.now()).items():
            total = rows.count()
            if dry_run:
                self.stdout.write(f"{total} {name} would be deleted.")
                continue
            for done in delete_in_batches(rows):
                self.stdout.write(f"{done} of {total} {name} deleted.")
            if not total:
                self.stdout.write(f"0 {name} to delete.")
