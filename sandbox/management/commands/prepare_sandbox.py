"""``manage.py prepare_sandbox``: bring the database up to date, and make the demo course in it."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Migrate and seed, in one process; for the sandbox itself."""

    help = "Bring the database up to date, and make the demo course and its people where they are missing."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print a line after each step, at once."""
        call_command("migrate", verbosity=0)
        self.stdout.write("The database is ready.")
        self.stdout.flush()
        call_command("seed", stdout=self.stdout)
