"""
HTML and texts of the block.

Templates are rendered by an engine of our own: what surrounds a block differs between LMS, Studio and their versions,
and nothing of it is needed here. Everything is escaped. Texts come translated into the templates, from the catalogue
that the platform keeps for blocks where it has one, else from Django's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from web_fragments.fragment import Fragment
from xblock.core import XBlock

from lti_ags.edx_platform.people import current_user
from lti_ags.services.time_zones import zone_of

Translate = Callable[[str], str]

logger = logging.getLogger(__name__)

_FILES = Path(__file__).parent
_ENGINE = Engine(dirs=[str(_FILES / "templates")], autoescape=True)


def render(template: str, context: Mapping[str, Any]) -> str:
    """Render one of the block's templates."""
    return str(_ENGINE.get_template(template).render(Context(dict(context))))


def translator(block: XBlock) -> Translate:
    """Return the function that translates the block's texts into the language of the person who looks at it."""
    service = block.runtime.service(block, "i18n")
    translate = getattr(service, "gettext", None) or getattr(service, "ugettext", None)
    return translate if callable(translate) else gettext


def fragment(block: XBlock, html: str, *, scripts: Sequence[str], function: str, values: Any = None) -> Fragment:
    """
    Make a fragment with the block's style sheet.

    Arguments:
        scripts: files of ``public/``, loaded in this order, by address, so that a site may forbid scripts in the page.
        function: what the platform calls for the block, with ``values``.
    """
    made = Fragment(html)
    _add_file(block, "block.css", by_address=made.add_css_url, by_text=made.add_css)
    for script in scripts:
        _add_file(block, script, by_address=made.add_javascript_url, by_text=made.add_javascript)
    made.initialize_js(function, values)
    return made


def _add_file(block: XBlock, name: str, *, by_address: Callable[[str], None], by_text: Callable[[str], None]) -> None:
    """Add a file of ``public/``: with its text where the site has not collected its static files since it has us."""
    try:
        by_address(block.runtime.local_resource_url(block, f"public/{name}"))
    except ValueError:
        logger.warning("%s has no address yet: the site's static files have to be collected", name)
        by_text((_FILES / "public" / name).read_text(encoding="utf-8"))


def number_for_input(value: float) -> str:
    """Write points for an input element, which knows one way to write a number, whatever the language."""
    return repr(int(value)) if value == int(value) else repr(value)


def moment(value: datetime, *, zone: tzinfo) -> str:
    """Write a date and time for people, with the name of its zone."""
    local = timezone.localtime(value, zone)
    return f"{formats.date_format(local, 'SHORT_DATETIME_FORMAT')} {local.tzname() or ''}".strip()


def moment_html(value: datetime, *, zone: tzinfo) -> SafeString:
    """Write a date and time for people, and within the element's attribute for machines, in UTC."""
    machine = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html('<time datetime="{}">{}</time>', machine, moment(value, zone=zone))


def zone_of_viewer() -> tzinfo:
    """Return the time zone in which the person who looks at the block reads dates."""
    return zone_of(current_user())
