"""What several pages show in the same words."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from lti_ags.models import LtiAgsScore, LtiConfiguration
from lti_ags.services.sentences import sentence_for_staff, sentence_for_staff_on_score


class DecisionMeaning:
    """A column for the rows of a model that has a decision."""

    @admin.display(description=_("what that means"))
    def meaning(self, row: Any) -> str:
        """The decision in a sentence."""
        sentence = sentence_for_staff_on_score if isinstance(row, LtiAgsScore) else sentence_for_staff
        return sentence(row.decision)


def block_name(configuration: LtiConfiguration) -> str:
    """Return a block's title, or its key where it has none."""
    return configuration.title or str(configuration.location)


def exact_points(earned: float | None, possible: float | None, *, missing: str) -> str:
    """Write points as they are stored, in the reader's manner; ``missing`` where there are none."""
    return missing if earned is None else f"{localize(earned)} / {localize(possible)}"
