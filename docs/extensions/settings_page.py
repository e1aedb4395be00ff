"""``.. lti-ags-settings::``: every setting with its default and its meaning, from the annotations in the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from lti_ags.settings import common

SOURCE: Final = Path(common.__file__)

_GROUP: Final = re.compile(r"^\s*# --- (?P<title>.+)$")
_WORD: Final = re.compile(r"^\s*# \.\. setting_(?P<word>name|default|description): (?P<text>.+)$")
_MORE: Final = re.compile(r"^\s*#   (?P<text>\S.*)$")


@dataclass(frozen=True)
class Annotation:
    """What the comments say of one setting. ``default`` is a Python literal, ``group`` the heading above it."""

    group: str
    name: str
    default: str
    description: str


def read_annotations(source: str) -> list[Annotation]:
    """Read the annotations of a module, in their order."""
    found: list[Annotation] = []
    group, words, last = "", dict[str, str](), ""
    for line in source.splitlines():
        if match := _GROUP.match(line):
            group = match["title"]
        elif match := _WORD.match(line):
            last = match["word"]
            words[last] = match["text"]
        elif words and (match := _MORE.match(line)):
            words[last] += " " + match["text"]
        elif words:
            found.append(Annotation(group, words["name"], words["default"], words["description"]))
            words = {}
    return found


def settings_page() -> Iterator[str]:
    """Write the page's body as reStructuredText."""
    annotations = read_annotations(SOURCE.read_text(encoding="utf-8"))
    for group, members in groupby(annotations, key=lambda annotation: annotation.group):
        yield from (group, "~" * len(group), "")
        for each in members:
            yield from (f".. setting:: {each.name}", "", f"   Default: ``{each.default}``", "")
            yield from (f"   {marked_up(each.description)}", "")


def marked_up(text: str) -> str:
    """Set names of settings and commands in a plain sentence as code, and let a star be a star."""
    names = r"(?<!`)\b((?:LTI_AGS|LMS)_[A-Z_]+|SECRET_KEY|lti_ags_[a-z_]+|None)\b(?!`)"
    return re.sub(names, r"``\1``", text.replace("*", r"\*"))
