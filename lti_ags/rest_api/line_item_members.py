"""
A line item as tools send it.

Spec: AGS 2.0 section 3.2; members and limits: conformance items LI-11 to LI-25, J-01 to J-03.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from lti_ags.conf import app_settings
from lti_ags.constants import MAX_ID_LENGTH, MAX_LABEL_LENGTH, MAX_RESOURCE_ID_LENGTH, MAX_TAG_LENGTH
from lti_ags.data import LineItemData
from lti_ags.exceptions import MalformedRequest
from lti_ags.rest_api.members import JsonObject

#: The name of a member that a tool or a platform added (AGS 3.1.2).
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]\S*")
_MAX_URL_LENGTH: Final = 2048


def read_new_line_item(body: JsonObject) -> LineItemData:
    """
    Read the body of a POST. ``id`` is ignored: the platform gives it.

    Members that are null or empty count as left out where they may be left out, as answers of other platforms have
    them so. Members that are neither known nor named by a URL are ignored (J-03).

    Raises:
        MalformedRequest: names the member at fault.
    """
    return LineItemData(
        label=body.required_text("label", limit=MAX_LABEL_LENGTH),
        score_maximum=body.required_positive_number("scoreMaximum"),
        resource_id=body.text("resourceId", limit=MAX_RESOURCE_ID_LENGTH) or "",
        tag=body.text("tag", limit=MAX_TAG_LENGTH) or "",
        start_date_time=body.instant("startDateTime"),
        end_date_time=body.instant("endDateTime"),
        grades_released=body.boolean("gradesReleased"),
        resource_link_id=body.text("resourceLinkId", limit=MAX_ID_LENGTH) or None,
        extensions=_extensions(body.members),
    )


def read_replacement(body: JsonObject) -> LineItemData:
    """
    Read the body of a PUT, where ``id`` may be sent.

    Raises:
        MalformedRequest: names the member at fault.
    """
    return replace(read_new_line_item(body), id=body.text("id", limit=_MAX_URL_LENGTH) or None)


def _extensions(members: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the members that are named by URLs, to be kept as they are."""
    extensions = {name: value for name, value in members.items() if _URL.fullmatch(name)}
    limit = app_settings.integer("LTI_AGS_MAX_EXTENSIONS_LENGTH")
    length = len(json.dumps(extensions, separators=(",", ":")))
    if extensions and length > limit:
        raise MalformedRequest(
            f"The members with URL names must have at most {limit} characters of JSON together; got {length}.",
            pointer="",
        )
    return extensions
