"""What the platform's plugin loader does with our settings modules."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as current

from lti_ags.apps import LtiAgsConfig
from lti_ags.conf import DEFAULTS, AgsConfigurationError, app_settings
from lti_ags.settings import common, production


def test_every_setting_has_its_default_on_the_platform() -> None:
    module = SimpleNamespace()

    common.plugin_settings(module)

    assert vars(module) == dict(DEFAULTS)


def test_what_a_site_has_set_already_stays() -> None:
    module = SimpleNamespace(LTI_AGS_PUBLISH="manual")

    common.plugin_settings(module)

    assert module.LTI_AGS_PUBLISH == "manual"


def test_yaml_of_a_site_wins_where_the_release_does_not_read_it_itself() -> None:
    module = SimpleNamespace(LTI_AGS_PUBLISH="celery", ENV_TOKENS={"LTI_AGS_PUBLISH": "inline", "OTHER": 1})

    production.plugin_settings(module)

    assert module.LTI_AGS_PUBLISH == "inline"
    assert not hasattr(module, "OTHER")


def test_release_without_tokens_changes_nothing() -> None:
    module = SimpleNamespace(LTI_AGS_PUBLISH="celery")

    production.plugin_settings(module)

    assert vars(module) == {"LTI_AGS_PUBLISH": "celery"}


def test_both_services_load_the_settings_and_only_the_lms_serves_urls() -> None:
    manifest = LtiAgsConfig.plugin_app

    assert set(manifest["settings_config"]) == {"lms.djangoapp", "cms.djangoapp"}
    assert set(manifest["url_config"]) == {"lms.djangoapp"}


def test_settings_reached_the_running_service() -> None:
    assert DEFAULTS["LTI_AGS_MAX_PAGE_SIZE"] == current.LTI_AGS_MAX_PAGE_SIZE


@pytest.mark.parametrize(
    ("name", "read"), [("LTI_AGS_PUBLISH", "publish_mode"), ("LTI_AGS_TOOLS_ADDED_BY", "tool_adder")]
)
def test_word_that_a_setting_does_not_know_is_told_with_those_that_it_does(name: str, read: str, settings: Any) -> None:
    setattr(settings, name, "sometimes")

    with pytest.raises(AgsConfigurationError, match=f"^{name} is 'sometimes'; expected one of '[a-z_]+', "):
        getattr(app_settings, read)
