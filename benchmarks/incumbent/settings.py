"""Only what the incumbent needs to run; its configuration is in the database, so that no course is ever loaded."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.database_settings import database

# The platform's modules that it calls, under their names; they cost next to nothing.
sys.path.insert(0, str(Path(__file__).parent / "platform"))

SECRET_KEY = "only-for-the-benchmarks"
DEBUG = False
ALLOWED_HOSTS = ["*"]
LMS_ROOT_URL = "http://127.0.0.1:8000"
LMS_BASE = "127.0.0.1:8000"
USAGE_ID_PATTERN = r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))"
# A request is a transaction, as on the platform.
DATABASES = {"default": {**database(), "ATOMIC_REQUESTS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "django_filters",
    "config_models",
    "lti_consumer.apps.LTIConsumerApp",
]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.incumbent.urls"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
OPENEDX_TELEMETRY: list[str] = []
FEATURES: dict[str, bool] = {}
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}}
