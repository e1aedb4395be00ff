"""The pages of the course's staff, as somebody who is logged in opens them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpResponse
from django.test import Client

from lti_ags.models import LtiConfiguration

PREFIX: Final = "/api/lti_ags/v1/staff"


def text_of(response: HttpResponse) -> str:
    """Return what a person reads on a page: without markup and styles, with single spaces."""
    return _text(re.sub(r"<(style|script)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL))


def rows_of(response: HttpResponse) -> list[list[str]]:
    """Return what a person reads in the cells of the page's largest table, row by row, without its head."""
    tables = [
        [
            [_text(cell) for cell in re.findall(r"<t[dh]\b.*?</t[dh]>", row, flags=re.DOTALL)]
            for row in re.findall(r"<tr\b.*?</tr>", body, flags=re.DOTALL)
        ]
        for body in re.findall(r"<tbody>.*?</tbody>", response.content.decode(), flags=re.DOTALL)
    ]
    return max(tables, key=lambda rows: len(rows[0]) if rows else 0, default=[])


def entries_of(response: HttpResponse) -> list[str]:
    """Return what a person reads in each entry of the page's timeline."""
    return [
        _text(entry) for entry in re.findall(r"<li\b[^>]*>\s*<p><time.*?</li>", response.content.decode(), re.DOTALL)
    ]


def _text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


@dataclass
class Visitor:
    """Somebody at the pages, logged in unless ``user`` is None."""

    user: Any = None
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        if self.user is not None:
            self.client.force_login(self.user)

    def open(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"{PREFIX}/{path}", query)

    def open_course(self, course_key: object, **query: Any) -> HttpResponse:
        return self.open(f"courses/{course_key}", **query)

    def open_block(self, block: LtiConfiguration, **query: Any) -> HttpResponse:
        return self.open(f"blocks/{block.uuid}", **query)

    def open_learner(self, block: LtiConfiguration, grade_id: int, **query: Any) -> HttpResponse:
        return self.open(f"blocks/{block.uuid}/learners/{grade_id}", **query)
