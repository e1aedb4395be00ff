"""Nothing but the tables."""

from __future__ import annotations

from benchmarks.database_settings import database

SECRET_KEY = "only-for-the-benchmarks"
DEBUG = False
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {**database(), "ATOMIC_REQUESTS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "benchmarks.floor.apps.TablesConfig"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.floor.urls"
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}}
