"""The project and settings types that a plugin may name."""

from __future__ import annotations


class ProjectType:
    """The two services."""

    LMS = "lms.djangoapp"
    CMS = "cms.djangoapp"


class SettingsType:
    """The kinds of settings module."""

    PRODUCTION = "production"
    COMMON = "common"
    DEVSTACK = "devstack"
    TEST = "test"
