"""The annotations of the settings tell the truth: each setting has one, with the default that it really has."""

from __future__ import annotations

import ast

import pytest

from docs.extensions.settings_page import SOURCE, Annotation, read_annotations
from lti_ags.conf import DEFAULTS

ANNOTATIONS = read_annotations(SOURCE.read_text(encoding="utf-8"))


def test_every_setting_is_annotated_once_and_in_its_order() -> None:
    assert [annotation.name for annotation in ANNOTATIONS] == list(DEFAULTS)


@pytest.mark.parametrize("annotation", ANNOTATIONS, ids=lambda annotation: annotation.name)
def test_annotated_default_is_the_real_one(annotation: Annotation) -> None:
    default = ast.literal_eval(annotation.default)

    assert default == DEFAULTS[annotation.name]
    assert type(default) is type(DEFAULTS[annotation.name])


@pytest.mark.parametrize("annotation", ANNOTATIONS, ids=lambda annotation: annotation.name)
def test_description_is_whole_sentences(annotation: Annotation) -> None:
    assert annotation.description.endswith(".")
    assert annotation.group
