"""The table of a block as a file for spreadsheets, of any length: it is sent while it is read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Final

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lti_ags.models import LtiConfiguration
from lti_ags.services.staff_rows import LearnerRow, read_all_rows
from lti_ags.services.staff_tables import grades_matching
from lti_ags.services.status_sentences import words_for_status
from lti_ags.services.time_zones import zone_of
from lti_ags.staff.access import for_block_staff
from lti_ags.staff.filters import read_filters

#: A spreadsheet takes a text that begins so for a formula and works it out.
_BEGINNINGS_OF_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
#: Where the list separator is not the comma, our quotes do not hold, and a cell begins in the middle of a text.
_BEGINNINGS_INSIDE: Final = re.compile(r'([;,\t\r\n]"*)(?=[=+\-@])')


class _Line:
    """A file of one line: what is written to it is what the next piece of the answer is."""

    def write(self, text: str) -> str:
        """Hand the text back."""
        return text


@never_cache
@require_safe
@for_block_staff
def download_grades(request: HttpRequest, configuration: LtiConfiguration) -> StreamingHttpResponse:
    """Send the grades that the filters leave, in the order in which they came to be."""
    rows = read_all_rows(configuration, grades_matching(configuration, read_filters(request.GET)))
    lines = _lines(rows, language=translation.get_language(), zone=zone_of(request.user))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="grades-{configuration.uuid}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _lines(rows: Iterator[LearnerRow], *, language: str | None, zone: tzinfo) -> Iterator[str]:
    """Write the lines one after the other; the language is set only while one is made, as others are served between."""
    writer = csv.writer(_Line())
    # Spreadsheets take a file without this mark for one in the machine's own encoding.
    yield "\ufeff"
    with translation.override(language):
        line = writer.writerow(_titles())
    yield line
    while True:
        with translation.override(language):
            row = next(rows, None)
            line = "" if row is None else writer.writerow(_cells(row, zone))
        if row is None:
            return
        yield line


def _titles() -> list[str]:
    return [
        _("User name"),
        _("Name"),
        _("E-mail address"),
        _("Status"),
        _("Tool's score"),
        _("Tool's maximum"),
        _("Scores"),
        _("Percent"),
        _("Recorded points"),
        _("Recorded maximum"),
        _("Handed in"),
        _("Received"),
        _("Reason"),
    ]


def _cells(row: LearnerRow, zone: tzinfo) -> list[str | float | int]:
    recorded = row.recorded
    texts = (safe_text(text) for text in (row.username, row.name, row.email, words_for_status(row.status)))
    return [
        *texts,
        _number(row.given),
        _number(row.maximum),
        row.scores,
        _number(None if row.ratio is None else row.ratio * 100),
        _number(None if recorded is None else recorded.earned),
        _number(None if recorded is None else recorded.possible),
        _time(row.submitted_at, zone),
        _time(row.received_at, zone),
        safe_text(" ".join(_sentences(row))),
    ]


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, nor any part of it, whichever separator it goes by."""
    text = _BEGINNINGS_INSIDE.sub(r"\1'", text)
    return f"'{text}" if text.startswith(_BEGINNINGS_OF_FORMULAS) else text


def _sentences(row: LearnerRow) -> Iterable[str]:
    return (sentence for sentence in (row.reason, row.error) if sentence)


def _number(value: float | None) -> float | str:
    # The columns of the LMS give 8.299999999999999 back for 8.3.
    return "" if value is None else round(value, 6)


def _time(moment: datetime | None, zone: tzinfo) -> str:
    return "" if moment is None else timezone.localtime(moment, zone).isoformat(timespec="seconds")
