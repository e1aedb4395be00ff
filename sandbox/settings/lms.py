"""The LMS of the sandbox, in the order of the platform's own settings: defaults, plugins, operator, plugins."""

from __future__ import annotations

import os

from edx_django_utils.plugins import add_plugins, get_plugin_apps

from sandbox.settings.common import *  # noqa: F403 - the manner of settings modules
from sandbox.settings.common import COMMON_APPS, ENV_TOKENS

SERVICE_VARIANT = "lms"
ROOT_URLCONF = "lms.urls"
MODULESTORE_BRANCH = "published-only"
# As in production; the platform's own test settings have neither.
XBLOCK_FIELD_DATA_WRAPPERS = ("lms.djangoapps.courseware.field_overrides:OverrideModulestoreFieldData.wrap",)
MODULESTORE_FIELD_OVERRIDE_PROVIDERS = ("lms.djangoapps.courseware.self_paced_overrides.SelfPacedDateOverrideProvider",)
CELERY_DEFAULT_QUEUE = "edx.lms.core.default"
INSTALLED_APPS = [
    *COMMON_APPS,
    "lms.djangoapps.grades.apps.GradesConfig",
    "lms.djangoapps.instructor_task.apps.InstructorTaskConfig",
]

INSTALLED_APPS.extend(get_plugin_apps("lms.djangoapp"))
add_plugins(__name__, "lms.djangoapp", "common")

LTI_AGS_PUBLISH = os.environ.get("LTI_AGS_PUBLISH", "inline")
globals().update(ENV_TOKENS)

from openedx.core.lib.features_setting_proxy import FeaturesProxy  # noqa: E402 - needs the path of the stand-ins

FEATURES = FeaturesProxy(globals())
add_plugins(__name__, "lms.djangoapp", os.environ.get("SANDBOX_SETTINGS_TYPE", "production"))
