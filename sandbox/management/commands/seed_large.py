"""``manage.py seed_large``: make the large course with its term; for the sandbox itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sandbox.large.course import TITLE
from sandbox.large.seeding import seed_large


class Command(BaseCommand):
    """Make the large course; what is there already stays."""

    help = "Make a course of two hundred learners and a term of work; what is there already stays."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make it, and say how much there is."""
        made = seed_large(now=timezone.now())
        if made is None:
            self.stdout.write(f"“{TITLE}” is there already.")
        else:
            self.stdout.write(f"“{TITLE}”: {made.learners} learners, {made.messages} messages of tools.")
