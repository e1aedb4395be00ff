"""Which of a block's grades a request means: those it names, all that a table's filters leave, or those that failed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from lti_ags.exceptions import MalformedRequest, NotFound
from lti_ags.models import LtiAgsGrade, LtiConfiguration
from lti_ags.models.fields import digest_of
from lti_ags.services.bulk_actions import find_bulk_action
from lti_ags.services.staff_tables import grades_matching
from lti_ags.staff.filters import query_of, read_filters

#: What says which rows of the table are meant; their order does not matter here.
_FILTERS: Final = ("search", "status", "held")
_ID: Final = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Selection:
    """
    The chosen grades of a block, each once.

    ``fields``: names and values that say the same in a form.
    """

    grade_ids: Sequence[int]
    fields: Sequence[tuple[str, str]]

    @property
    def digest(self) -> str:
        """The same for the same grades, so that a form can tell for whom it was confirmed."""
        return digest_of(*self.grade_ids)


def read_selection(query: QueryDict, *, configuration: LtiConfiguration) -> Selection:
    """
    Read which grades are meant: ``failed_of``, the uuid of an earlier action; ``all`` with the table's filters; or
    ``grade``, once for each.

    Raises:
        MalformedRequest: nothing is chosen, or it is not clear what.
        NotFound: a grade or an earlier action is not of this block.
    """
    if "failed_of" in query:
        return _failed_of(query.get("failed_of", ""), configuration)
    is_all = query.get("all") == "1"
    selection = _all_matching(query, configuration) if is_all else _named(query, configuration)
    if not selection.grade_ids:
        raise MalformedRequest(_("No learner is chosen. Go back to the block's page and choose at least one."))
    return selection


def _named(query: QueryDict, configuration: LtiConfiguration) -> Selection:
    texts = query.getlist("grade")
    if not all(_ID.fullmatch(text) for text in texts):
        raise NotFound(_("One of the chosen grades is not one of this block."))
    wanted = sorted({int(text) for text in texts})
    found = LtiAgsGrade.objects.filter(configuration=configuration, pk__in=wanted).count()
    if found != len(wanted):
        raise NotFound(_("One of the chosen grades is not one of this block."))
    return Selection(wanted, [("grade", str(grade_id)) for grade_id in wanted])


def _all_matching(query: QueryDict, configuration: LtiConfiguration) -> Selection:
    filters = read_filters(query)
    understood = query_of(filters)
    # On a page, a filter that is not understood, or cut, shows too much; here it would change too much.
    if any(query.get(name, "").strip() != understood.get(name, "") for name in _FILTERS):
        raise MalformedRequest(_("The filter is not understood. Go back to the block's page and choose it anew."))
    keys = grades_matching(configuration, filters).order_by("pk").values_list("pk", flat=True)
    fields = [("all", "1"), *((name, understood[name]) for name in _FILTERS if name in understood)]
    return Selection(list(keys), fields)


def _failed_of(text: str, configuration: LtiConfiguration) -> Selection:
    try:
        earlier = find_bulk_action(uuid.UUID(text))
    except ValueError:
        earlier = None
    if earlier is None or earlier.configuration_id != configuration.pk:
        raise NotFound(_("There is no such earlier action in this block."))
    keys = LtiAgsGrade.objects.filter(configuration=configuration, pk__in=earlier.failed_ids)
    found = list(keys.order_by("pk").values_list("pk", flat=True))
    if not found:
        raise MalformedRequest(_("The earlier action failed for nobody who is still there."))
    return Selection(found, [("failed_of", str(earlier.uuid))])
