"""Settings of the example tool. It has no database: launches are kept in memory for a day."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

#: Where browsers and the platform reach the tool.
TOOL_URL = os.environ.get("TOOL_URL", "http://127.0.0.1:8002")
#: The folder in which the tool finds its registrations, and puts its key.
TOOL_FOLDER = Path(os.environ.get("TOOL_FOLDER", HERE.parents[1] / "build" / "tool"))

SECRET_KEY = "only-for-the-example-tool-0123456789-0123456789"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "sandbox.tool.urls"
INSTALLED_APPS = ["django.contrib.staticfiles", "sandbox.tool"]
# No X-Frame-Options: a tool is shown in the course's page. No sessions and no CSRF tokens, as browsers may withhold
# cookies in frames: a launch is known by its address, which nobody can guess.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
# What the library would keep in a session, it keeps here: nonces, and what each launch brought.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
STATIC_URL = "/static/"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
