"""Every model says whether a row of it tells something about a person; `make lint` checks the words it uses."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db.models import Model

MODELS = list(apps.get_app_config("lti_ags").get_models())


def annotations(model: type[Model]) -> set[str]:
    return set(re.findall(r"^\s*\.\. (no_pii|pii|pii_types|pii_retirement):", model.__doc__ or "", flags=re.MULTILINE))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_model_is_annotated(model: type[Model]) -> None:
    assert annotations(model) in ({"no_pii"}, {"pii", "pii_types", "pii_retirement"})
