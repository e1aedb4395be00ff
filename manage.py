#!/usr/bin/env python
"""
Django's commands with the sandbox's settings: ``lms`` unless ``DJANGO_SETTINGS_MODULE`` says otherwise.

While the sandbox is being served, they work on its database and know its addresses.
"""

from __future__ import annotations

import os
import sys

from sandbox.serving import serving_environment


def main() -> None:
    """Run the command on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings.lms")
    for name, value in serving_environment().items():
        os.environ.setdefault(name, value)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
