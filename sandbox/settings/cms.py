"""Studio of the sandbox: the draft branch, the author's fields, and no grades."""

from __future__ import annotations

import os

from edx_django_utils.plugins import add_plugins, get_plugin_apps

from sandbox.settings.common import *  # noqa: F403 - the manner of settings modules
from sandbox.settings.common import COMMON_APPS, ENV_TOKENS
from sandbox.settings.common import XBLOCK_MIXINS as LMS_XBLOCK_MIXINS

SERVICE_VARIANT = "cms"
ROOT_URLCONF = "cms.urls"
MODULESTORE_BRANCH = "draft-preferred"
CELERY_DEFAULT_QUEUE = "edx.cms.core.default"
INSTALLED_APPS = [*COMMON_APPS, "cms.djangoapps.contentstore.apps.ContentstoreConfig"]
XBLOCK_MIXINS = (
    *LMS_XBLOCK_MIXINS,
    "cms.lib.xblock.authoring_mixin.AuthoringMixin",
    "cms.lib.xblock.upstream_sync.UpstreamSyncMixin",
)

INSTALLED_APPS.extend(get_plugin_apps("cms.djangoapp"))
add_plugins(__name__, "cms.djangoapp", "common")

LTI_AGS_PUBLISH = os.environ.get("LTI_AGS_PUBLISH", "inline")
globals().update(ENV_TOKENS)

from openedx.core.lib.features_setting_proxy import FeaturesProxy  # noqa: E402 - needs the path of the stand-ins

FEATURES = FeaturesProxy(globals())
add_plugins(__name__, "cms.djangoapp", os.environ.get("SANDBOX_SETTINGS_TYPE", "production"))
