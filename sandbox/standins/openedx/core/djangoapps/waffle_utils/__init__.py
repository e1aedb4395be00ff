"""Flags that may differ from course to course."""

from __future__ import annotations

import logging

import crum
from django.conf import settings

log = logging.getLogger(__name__)


class CourseWaffleFlag:
    """A feature flag; ``SANDBOX_WAFFLE_FLAGS`` in the settings says which are on for everyone."""

    def __init__(self, name, module_name=None, log_prefix=""):
        if "." not in name:
            raise ValueError(f"Cannot create non-namespaced flag '{name}'")
        self.name = name
        self.module_name = module_name

    def is_enabled(self, course_key=None):
        """Whether the flag is on for this course; without a current request only "everyone" counts beside it."""
        from openedx.core.djangoapps.waffle_utils.models import WaffleFlagCourseOverrideModel

        if course_key is not None:
            override = WaffleFlagCourseOverrideModel.objects.filter(
                waffle_flag=self.name, course_id=course_key, enabled=True
            ).last()
            if override is not None:
                return override.override_choice == "on"
        if crum.get_current_request() is None:
            log.info("Flag %s accessed without a request", self.name)
        return self.name in getattr(settings, "SANDBOX_WAFFLE_FLAGS", ())
