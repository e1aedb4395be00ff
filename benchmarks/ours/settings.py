"""The sandbox's LMS, without what belongs to the site and not to us: middlewares, request logs, other apps' URLs."""

from __future__ import annotations

import os

os.environ.setdefault("SANDBOX_BROKER_URL", "memory://")

from benchmarks import database_settings
from sandbox.settings.lms import *  # noqa: F403 - the manner of settings modules

DATABASES = {"default": {**database_settings.database(), "ATOMIC_REQUESTS": True}}
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.ours.urls"
LTI_AGS_PUBLISH = "celery"
# Limits are counted, as on a site, and never reached.
LTI_AGS_TOKEN_RATE = LTI_AGS_TOOL_RATE = "100000000/min"
# Messages to Celery are written in full and sent to nobody.
BROKER_URL = "memory://"
BROKER_TRANSPORT = "benchmarks.ours.broker:Transport"
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}}
