"""What other apps may call is listed, typed, documented and shaped alike."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

import pytest

from lti_ags import api

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "python-api.rst"
FUNCTIONS = [name for name in api.__all__ if inspect.isfunction(getattr(api, name))]
VALUES = [name for name in api.__all__ if dataclasses.is_dataclass(getattr(api, name))]


def test_list_is_sorted_and_says_each_name_once() -> None:
    assert api.__all__ == sorted(set(api.__all__), key=lambda name: (name[0].islower(), name))


def test_every_function_of_the_module_is_listed() -> None:
    own = {
        name
        for name, value in vars(api).items()
        if inspect.isfunction(value) and value.__module__ == api.__name__ and not name.startswith("_")
    }

    assert own == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_is_typed_documented_and_takes_keywords_after_the_first(name: str) -> None:
    function = getattr(api, name)
    signature = inspect.signature(function)

    assert signature.return_annotation is not signature.empty
    assert [p.name for p in signature.parameters.values() if p.annotation is p.empty] == []
    assert [p.name for p in list(signature.parameters.values())[1:] if p.kind is not p.KEYWORD_ONLY] == []
    assert inspect.getdoc(function)


@pytest.mark.parametrize("name", VALUES)
def test_value_is_frozen_and_documented(name: str) -> None:
    value = getattr(api, name)

    assert value.__dataclass_params__.frozen
    assert not (value.__doc__ or "").startswith(f"{name}(")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_function_gives_and_takes_is_listed_too(name: str) -> None:
    spelled = " ".join(str(annotation) for annotation in inspect.get_annotations(getattr(api, name)).values())
    named = {word for word in re.findall(r"\b[A-Z]\w+", spelled) if hasattr(api, word)}
    ours = {word for word in named if getattr(api, word).__module__.startswith("lti_ags")}

    assert ours <= set(api.__all__)


def test_page_of_the_docs_names_all_of_it() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert "automodule:: lti_ags.api" in text or [name for name in api.__all__ if name not in text] == []
