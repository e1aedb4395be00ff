"""What the LMS and Studio of the sandbox have in common, with the platform's own names and defaults."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
STANDINS = REPOSITORY / "sandbox" / "standins"
if str(STANDINS) not in sys.path:
    sys.path.insert(0, str(STANDINS))

from sandbox.settings.databases import database, faults_file  # noqa: E402 - the path of the stand-ins comes first

# What an operator would write in YAML. It overrides the defaults of plugins, as on the platform.
ENV_TOKENS: dict[str, Any] = json.loads(os.environ.get("SANDBOX_ENV_TOKENS", "{}"))

SECRET_KEY = "only-for-the-sandbox-0123456789-0123456789"
DEBUG = False
ALLOWED_HOSTS = ["*"]

LMS_ROOT_URL = os.environ.get("LMS_ROOT_URL", "http://127.0.0.1:8000")
CMS_ROOT_URL = os.environ.get("CMS_ROOT_URL", "http://127.0.0.1:8001")
LMS_BASE = LMS_ROOT_URL.split("://", 1)[-1]
CMS_BASE = CMS_ROOT_URL.split("://", 1)[-1]
PLATFORM_NAME = "The LTI Advantage sandbox"
SITE_ID = 1

DATABASES = {"default": database()}
# Where the stand-ins look for the faults that tests and demonstrations ask for; processes started from here inherit it.
SANDBOX_FAULTS = os.environ.setdefault("SANDBOX_FAULTS", faults_file(DATABASES["default"]))
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

COMMON_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "openedx.core.djangoapps.plugins.apps.PluginsConfig",
    "xmodule.modulestore.apps.ModulestoreConfig",
    "common.djangoapps.student.apps.StudentConfig",
    "common.djangoapps.course_action_state.apps.CourseActionStateConfig",
    "lms.djangoapps.courseware.apps.CoursewareConfig",
    "openedx.core.djangoapps.content.course_overviews.apps.CourseOverviewsConfig",
    "openedx.core.djangoapps.content_staging.apps.ContentStagingAppConfig",
    "openedx.core.djangoapps.external_user_ids.apps.ExternalUserIdsConfig",
    "openedx.core.djangoapps.user_api.apps.UserApiConfig",
    "openedx.core.djangoapps.waffle_utils.apps.WaffleUtilsConfig",
    "openedx.core.djangoapps.course_date_signals.apps.CourseDatesSignalsConfig",
    "sandbox",
    "edx_when.apps.EdxWhenConfig",
    "completion.apps.CompletionAppConfig",
    "lti_consumer.apps.LtiConsumerConfig",
]

MIDDLEWARE = [
    "openedx.core.lib.x_forwarded_for.middleware.XForwardedForMiddleware",
    "crum.CurrentRequestUserMiddleware",
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "common.djangoapps.track.middleware.TrackMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
X_FRAME_OPTIONS = "DENY"
TRACKING_IGNORE_URL_PATTERNS = [r"^/event", r"^/login", r"^/heartbeat", r"^/segmentio/event", r"^/performance"]
DATA_UPLOAD_MAX_MEMORY_SIZE = None
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "/login"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [REPOSITORY / "sandbox" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
STATIC_URL = "/static/"
STATIC_ROOT = REPOSITORY / "build" / "static"
MEDIA_ROOT = REPOSITORY / "build" / "media"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 10,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "openedx.core.lib.request_utils.ignored_error_exception_handler",
    "DEFAULT_THROTTLE_RATES": {
        "user": "60/minute",
        "service_user": "800/minute",
        "registration_validation": "30/minute",
        "high_service_user": "2000/minute",
    },
}

# The flat names are what counts; FEATURES is a window on them.
ENABLE_COMPLETION_TRACKING = True
PERSISTENT_GRADES_ENABLED_FOR_ALL_TESTS = True
COURSE_MEMBER_API_ENROLLMENT_LIMIT = 1000
GRADEBOOK_FREEZE_DAYS = 30
XBLOCK_SETTINGS: dict[str, Any] = {}

XBLOCK_MIXINS: tuple[str, ...] = (
    "lms.djangoapps.lms_xblock.mixin.LmsBlockMixin",
    "xmodule.modulestore.inheritance.InheritanceMixin",
    "xmodule.x_module.XModuleMixin",
    "xmodule.modulestore.edit_info.EditInfoMixin",
)
# Studio has none of these; the LMS adds its own.
XBLOCK_FIELD_DATA_WRAPPERS: tuple[str, ...] = ()
MODULESTORE_FIELD_OVERRIDE_PROVIDERS: tuple[str, ...] = ()

# Old-style names, as the platform's. Without a broker, tasks run at once in the process that asks for them.
BROKER_URL = os.environ.get("SANDBOX_BROKER_URL", "memory://")
CELERY_ALWAYS_EAGER = "SANDBOX_BROKER_URL" not in os.environ
CELERY_EAGER_PROPAGATES_EXCEPTIONS = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_SERIALIZER = "json"
CELERY_IGNORE_RESULT = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("SANDBOX_LOG_LEVEL", "WARNING")},
}
