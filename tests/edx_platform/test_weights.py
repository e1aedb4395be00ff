"""What a weight may hold that no author typed."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from lti_ags.data import BlockGrading
from lti_ags.edx_platform.choices import block_grading


@pytest.mark.parametrize(
    "weight",
    [None, 0, -1.0, math.nan, math.inf, -math.inf, "ten", "", [], 10**400],
    ids=["None", "zero", "negative", "nan", "inf", "-inf", "words", "empty", "list", "huge"],
)
def test_with_no_usable_weight_a_block_has_no_maximum(weight: Any) -> None:
    block = SimpleNamespace(has_score=True, weight=weight)

    assert block_grading(block) == BlockGrading(is_graded=True, score_maximum=None)


@pytest.mark.parametrize(("weight", "points"), [(10, 10.0), (0.5, 0.5), ("7.5", 7.5)])
def test_a_usable_weight_is_the_maximum(weight: Any, points: float) -> None:
    assert block_grading(SimpleNamespace(has_score=False, weight=weight)) == BlockGrading(False, points)
