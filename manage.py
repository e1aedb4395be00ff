#!/usr/bin/env python
"""Django's commands with the sandbox's settings: ``lms`` unless ``DJANGO_SETTINGS_MODULE`` says otherwise."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings.lms")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
