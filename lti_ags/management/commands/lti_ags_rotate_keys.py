"""``manage.py lti_ags_rotate_keys``: give the platform a new signing key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lti_ags.conf import AgsConfigurationError
from lti_ags.models import PlatformKey
from lti_ags.security.platform_keys import rotate


class Command(BaseCommand):
    """Rotate the platform's signing key."""

    help = (
        "Publish a new signing key at once, sign with it as soon as every tool can know it, and withdraw the old one "
        "after the overlap. Keys that stay are encrypted again with the newest of LTI_AGS_ENCRYPTION_KEYS."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one choice there is."""
        parser.add_argument(
            "--at-once",
            action="store_true",
            help="sign with the new key now and withdraw the old ones now: for a key that others may know. Launches "
            "fail at tools that keep the old key set, until they fetch the new one.",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Rotate, and tell what is when."""
        now = timezone.now()
        try:
            new = rotate(now=now, at_once=options["at_once"])
        except AgsConfigurationError as error:
            raise CommandError(str(error)) from error
        for row in PlatformKey.objects.all():
            retires = f"withdrawn from {row.retires_at:%Y-%m-%d %H:%M:%S} UTC" if row.retires_at else "no end"
            is_new = "new" if row.pk == new.pk else "   "
            self.stdout.write(f"{is_new}  {row.kid}  signs from {row.signs_from:%Y-%m-%d %H:%M:%S} UTC, {retires}")
