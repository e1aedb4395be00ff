"""``manage.py seed``: make the demo course and its people."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from sandbox.seed import COURSE_KEY, seed


class Command(BaseCommand):
    """Make the demo course and its people; what is there already stays."""

    help = "Make the demo course and its people; what is there already stays."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make them."""
        seed()
        self.stdout.write(f"{COURSE_KEY} is ready.")
