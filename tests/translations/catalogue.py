"""
The catalogues of texts: what the package says, and how it is said in other languages.

``lti_ags/locale`` is where Django looks. The English catalogue is the source that translators start from; a language's
own has the same texts. Lines of the code are not named in them, so that they change only with the texts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).resolve().parents[2]
LOCALE: Final = ROOT / "lti_ags" / "locale"
SOURCE: Final = "en"
#: The languages into which everything is translated.
LANGUAGES: Final = ("de",)
#: What Babel writes about the day and about nobody in particular.
_PASSING_HEADERS: Final = (
    b'"Report-Msgid-Bugs-To', b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Last-Translator', b'"Language-Team',
    b'"Generated-By',
)  # fmt: skip
#: Compiled catalogues have a date; with this one they change only with the texts.
_ANY_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
_KEYWORDS: Final[dict[str, Any]] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def extracted() -> Catalog:
    """Return every text that the package gives to gettext, with the files that have it."""
    catalogue = _empty(None)
    for path in sorted((ROOT / "lti_ags").rglob("*")):
        if path.suffix not in {".py", ".html"} or "migrations" in path.parts:
            continue
        for message in _texts(path):
            catalogue.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def file_of(language: str) -> Path:
    """Return where a language's catalogue is."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def stored(language: str) -> Catalog:
    """Return a language's catalogue as it is stored; an empty one where there is none."""
    path = file_of(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as opened:
        return read_po(opened, locale=language)


def brought_up_to_date(language: str, texts: Catalog) -> Catalog:
    """Return a language's catalogue with exactly these texts, those that are translated keeping their translations."""
    known = stored(language)
    catalogue = _empty(language)
    for message in texts:
        if message.id:
            old = known.get(message.id, context=message.context)
            string = None if old is None or old.fuzzy else old.string
            catalogue.add(message.id, string, locations=message.locations, context=message.context)
    return catalogue


def missing_in(catalogue: Catalog) -> list[str]:
    """Return the texts without a complete translation."""
    return [str(message.id) for message in catalogue if message.id and not _is_translated(message.string)]


def po_of(catalogue: Catalog) -> bytes:
    """Return a catalogue as the text that is stored, without the headers that would differ each time."""
    written = io.BytesIO()
    write_po(written, catalogue, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
    lines = written.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_PASSING_HEADERS))


def mo_of(catalogue: Catalog) -> bytes:
    """Return a catalogue as gettext reads it."""
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def _empty(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        project="lti-ags",
        version="1",
        header_comment="# The texts of lti-ags.",
        creation_date=_ANY_DAY,
        fuzzy=False,
    )


def _is_translated(string: Any) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


def _texts(path: Path) -> Iterator[Any]:
    """Yield the texts of a file; of a template, by way of the Python that Django makes of it."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        lines = (line.strip() for line in templatize(source).splitlines())
        # In brackets, indentation means nothing.
        source = "(" + "\n".join(lines) + ")"
    for _line, function, found, _comments in extract_python(io.BytesIO(source.encode()), _KEYWORDS, (), {}):
        message = _message(function, found)
        if message:
            yield message


def _message(function: str, found: Any) -> Any:
    """Return a text, or a pair of singular and plural, of the arguments of a call."""
    if not isinstance(found, tuple):
        return found
    texts = found[:2] if function in {"ngettext", "ngettext_lazy"} else found[:1]
    return texts if len(texts) == 2 and all(texts) else texts[0]
