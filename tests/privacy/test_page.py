"""docs/concepts/privacy.rst names the tables that hold personal data, all of them and no others."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps

from lti_ags.conf import DEFAULTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "concepts" / "privacy.rst"


def test_page_names_every_table_with_personal_data() -> None:
    named = set(re.findall(r"^   \* - ``(\w+)``$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))

    models = apps.get_app_config("lti_ags").get_models()

    assert named == {model.__name__ for model in models if ".. pii:" in (model.__doc__ or "")}


def test_page_tells_the_times_that_the_settings_have() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert "``LTI_AGS_EVENT_RETENTION_DAYS``, two years by default" in text
    assert DEFAULTS["LTI_AGS_EVENT_RETENTION_DAYS"] == 730
    assert "``LTI_AGS_DELIVERY_RETENTION_DAYS``, half a year by default" in text
    assert DEFAULTS["LTI_AGS_DELIVERY_RETENTION_DAYS"] == 180
