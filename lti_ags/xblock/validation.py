"""
What an author should know about a block, as Studio shows it beside the block.

Studio asks on each view of a unit, and breaks the page when this raises: there are no calls to other machines here, and
what cannot be found out is passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db import DatabaseError
from xblock.core import XBlock
from xblock.exceptions import NoSuchServiceError
from xblock.validation import ValidationMessage

from lti_ags.constants import GradingMode
from lti_ags.exceptions import LtiAgsError
from lti_ags.services.copies import has_known_source, has_line_items
from lti_ags.xblock.cautions import find_cautions
from lti_ags.xblock.field_types import Choice
from lti_ags.xblock.rendering import Translate, translator

logger = logging.getLogger(__name__)

_WARNING = ValidationMessage.WARNING
_ERROR = ValidationMessage.ERROR


def messages(block: XBlock) -> list[ValidationMessage]:
    """Return what is wrong with the block or may surprise its author; an empty list when all is well."""
    _ = translator(block)
    try:
        found = [*_about_choices(block, _), *_about_line_items(block, _), *_about_stored_values(block, _)]
    except (DatabaseError, LtiAgsError) as error:
        logger.warning("%s cannot be validated: %s", block.scope_ids.usage_id, type(error).__name__)
        return [ValidationMessage(_WARNING, _("The settings of this component cannot be checked just now."))]
    return found


def _about_choices(block: XBlock, _: Translate) -> Iterator[ValidationMessage]:
    for caution in find_cautions(block, _):
        if caution.is_shown:
            yield ValidationMessage(_ERROR if caution.field == "lti_tool" else _WARNING, caution.text)
    if block.has_score and block.weight <= 0:
        yield ValidationMessage(
            _ERROR, _("The maximum score must be a number above zero. Until then nobody is graded here.")
        )


def _about_line_items(block: XBlock, _: Translate) -> Iterator[ValidationMessage]:
    """Tell of a copy whose tool has to start anew, since nobody knows what it was copied from."""
    is_tools_turn = block.has_score and block.grading_mode == GradingMode.PROGRAMMATIC.value
    origin = getattr(block, "copied_from_block", None) or getattr(block, "upstream", None)
    if not is_tools_turn or not origin:
        return
    location = block.scope_ids.usage_id
    if not has_known_source(location, origin=str(origin)) and not has_line_items(location):
        yield ValidationMessage(
            _WARNING,
            _(
                "This component is a copy that starts without the line items of the original, which this site does "
                "not know. Until the tool makes its own, nobody is graded."
            ),
        )


def _about_stored_values(block: XBlock, _: Translate) -> Iterator[ValidationMessage]:
    """Name the fields whose stored value cannot be used, as a file that was imported may leave them."""
    for name, field in block.fields.items():
        if isinstance(field, Choice) and field.is_set_on(block) and _stored(block, name) not in field.values:
            text = _("The stored value of '{field}' is not one of its choices, so '{default}' counts. Choose again.")
            yield ValidationMessage(_WARNING, text.format(field=_(field.display_name), default=field.default))


def _stored(block: XBlock, name: str) -> object:
    """Return what is stored for a field, as it stands there."""
    try:
        return block.runtime.service(block, "field-data").get(block, name)
    except (KeyError, NoSuchServiceError):
        return block.fields[name].read_from(block)
