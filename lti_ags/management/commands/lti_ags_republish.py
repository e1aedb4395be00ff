"""``manage.py lti_ags_republish``: have chosen grades worked out and published again."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags.exceptions import PlatformError
from lti_ags.management.keys import key_from
from lti_ags.services.replay import Selection, count_selected, want_restored, want_selected
from lti_ags.services.scheduling import schedule_sweep


class Command(BaseCommand):
    """Replay publication for a learner, a block, a course, or a span of time."""

    help = (
        "Publish grades again: of a learner, a block, a course, or of those that last changed in a span of time. "
        "The grades are made due; workers publish them, or lti_ags_publish_pending does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the selection; at least one part of it is needed."""
        parser.add_argument("--user-id", type=int, help="The primary key of a platform user.")
        parser.add_argument("--block", help="The usage key of a block.")
        parser.add_argument("--course", help="The key of a course.")
        parser.add_argument("--since", help="Grades that changed at or after this time, e.g. 2026-05-03T12:00:00Z.")
        parser.add_argument("--until", help="Grades that changed before this time.")
        parser.add_argument(
            "--after-restore",
            action="store_true",
            help=(
                "A backup was restored, and lacks what happened since --since: what the gradebook holds is no change "
                "by the course team then, and what the team set is put back where the gradebook has lost it."
            ),
        )
        parser.add_argument("--dry-run", action="store_true", help="Only count; change nothing.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Count, then make the grades due batch by batch."""
        selection = Selection(
            user_id=options["user_id"],
            location=_key(UsageKey, options["block"], "--block"),
            course_key=_key(CourseKey, options["course"], "--course"),
            since=_moment(options["since"], "--since"),
            until=_moment(options["until"], "--until"),
        )
        if selection == Selection():
            raise CommandError("Say which grades: --user-id, --block, --course, --since or --until.")
        if options["after_restore"] and selection.since is None:
            raise CommandError("--after-restore: say with --since from when on something may be missing.")
        total = count_selected(selection)
        if options["dry_run"]:
            self.stdout.write(f"{total} grades would be published again.")
            return
        try:
            for done in _work(selection, is_restored=options["after_restore"]):
                self.stdout.write(f"{done} of {total} grades are due again.")
        except PlatformError as error:
            raise CommandError(f"The gradebook could not be read; run the command again later. {error}") from error
        schedule_sweep()
        self.stdout.write(f"Done: {total} grades will be published again.")


def _work(selection: Selection, *, is_restored: bool) -> Iterator[int]:
    """Make the grades due, and yield how many are."""
    now = timezone.now()
    if is_restored and selection.since is not None:
        return want_restored(selection, lost_since=selection.since, now=now)
    return want_selected(selection, now=now)


def _key(kind: Any, text: str | None, option: str) -> Any:
    return None if text is None else key_from(kind, text, option=option)


def _moment(text: str | None, option: str) -> datetime | None:
    """Parse a time; one without a zone is taken as UTC."""
    if text is None:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError as error:
        raise CommandError(f"{option}: {text!r} is not a time that exists.") from error
    if moment is None:
        raise CommandError(f"{option}: {text!r} is not a time; expected one like 2026-05-03T12:00:00Z.")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
