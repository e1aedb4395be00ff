"""What the pages say is there: the files they name, and every code, setting, command and check."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import find_commands

import lti_ags
from lti_ags.conf import DEFAULTS
from lti_ags.constants import ErrorCode, StaffAction, TokenError
from lti_ags.domain.authentication import RefusalCode
from lti_ags.services.action_sentences import words_for_action
from lti_ags.services.staff_tables import GradeStatus
from lti_ags.services.status_sentences import words_for_status
from tests.docs.pages import DOCS, ROOT, name_of, pages
from tests.rest_api.bad_requests import bad_requests

_LITERAL = re.compile(r"``([^`\n]+)``")
#: Tops of the tree: a literal that begins with one of them is a path in it.
_TOPS = ("lti_ags", "sandbox", "tests", "docs", "benchmarks", "ci", "requirements")
_SUFFIXES = {".py", ".rst", ".md", ".toml", ".yml", ".yaml", ".in", ".txt", ".html", ".css", ".js", ".png", ".xml"}
_MODULE = re.compile(r"(?:lti_ags|sandbox)(?:\.[a-z_]+)+")


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def literals(page: Path) -> set[str]:
    return set(_LITERAL.findall(page.read_text(encoding="utf-8")))


def is_path(text: str) -> bool:
    """Whether a literal names a file or a folder of the repository."""
    if re.search(r"[\s<>*…{}$]", text) or "=" in text:
        return False
    top = text.split("/", maxsplit=1)[0]
    return (top in _TOPS and "/" in text) or ("/" not in text and Path(text).suffix in _SUFFIXES and text[0].isupper())


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_files_that_a_page_names_exist(page: Path) -> None:
    named = {text.partition("::")[0] for text in literals(page) if is_path(text)}

    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_modules_that_a_page_names_by_file_alone_exist(page: Path) -> None:
    names = {Path(name).name for name in names_of_sources()} | {path.name for path in ROOT.iterdir()}

    assert {text for text in literals(page) if re.fullmatch(r"[a-z_]+\.py", text)} <= names | {"lti_ags.py"}


@cache
def names_of_sources() -> frozenset[str]:
    """The paths of the package's and the sandbox's files and folders."""
    found = (path for top in ("lti_ags", "sandbox") for path in (ROOT / top).rglob("*"))
    return frozenset(path.relative_to(ROOT).as_posix() for path in found)


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_modules_that_a_page_names_exist(page: Path) -> None:
    named = {text for text in literals(page) if _MODULE.fullmatch(text)}
    sources = names_of_sources()

    def exists(name: str) -> bool:
        # The last part may be a name in the module, such as a function or a task.
        path = name.replace(".", "/")
        parent = path.rpartition("/")[0]
        return bool({path, f"{path}.py", f"{parent}.py", f"{parent}/__init__.py"} & sources)

    assert [name for name in sorted(named) if not exists(name)] == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_pictures_exist(page: Path) -> None:
    shown = re.findall(r"^\s*\.\. (?:image|figure):: (\S+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert [name for name in shown if not (page.parent / name).is_file()] == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_settings_and_commands_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    commands = set(find_commands(str(Path(lti_ags.__file__).parent / "management")))
    settings = set(re.findall(r"``(LTI_AGS_[A-Z_]+)``", text)) - {"LTI_AGS_DATABASE"}

    assert settings <= DEFAULTS.keys()
    assert set(re.findall(r"``(lti_ags_[a-z_]+)``", text)) <= commands


def table_of_errors() -> list[tuple[str, int]]:
    rows = re.findall(r"^   \* - ``([a-z_]+)``\n     - (\d+)$", read("reference/errors.rst"), flags=re.MULTILINE)
    return [(code, int(status)) for code, status in rows]


def test_every_error_code_is_told_and_no_other() -> None:
    codes = [code for code, _ in table_of_errors()]

    assert set(codes) == {code.value for code in ErrorCode} | {code.value for code in TokenError}


def test_errors_have_the_statuses_that_are_told() -> None:
    told = set(table_of_errors())

    assert [request for request in bad_requests() if (request.code, request.status) not in told] == []


def test_every_refusal_of_a_launch_is_told_and_no_other() -> None:
    section = read("reference/errors.rst").partition("Of the launch\n---")[2].partition("Of the token endpoint\n---")[0]

    told = re.findall(r"^   \* - ``([a-z_]+)``$", section, flags=re.MULTILINE)

    assert sorted(told) == sorted(code.value for code in RefusalCode)


def test_every_finding_of_the_checks_is_told() -> None:
    source = (ROOT / "lti_ags" / "checks.py").read_text(encoding="utf-8")

    found = set(re.findall(r'id="(lti_ags\.[EW]\d+)"', source))

    assert found == set(
        re.findall(r"^   \* - ``(lti_ags\.[EW]\d+)``$", read("reference/settings.rst"), flags=re.MULTILINE)
    )


def test_every_signal_is_told() -> None:
    source = (ROOT / "lti_ags" / "signals.py").read_text(encoding="utf-8")

    assert set(re.findall(r"^([A-Z_]+) = Signal\(\)$", source, flags=re.MULTILINE)) == set(
        re.findall(r"^   \* - ``([A-Z_]+)``$", read("reference/signals.rst"), flags=re.MULTILINE)
    )


def test_everything_that_the_python_api_exports_is_told() -> None:
    from lti_ags import api

    page = read("reference/python-api.rst")

    assert [name for name in api.__all__ if not re.search(rf"\b{name}\b", page)] == []


def test_teachers_are_told_every_status_and_action_in_the_words_of_their_pages() -> None:
    told = set(re.findall(r"^   \* - (.+)$", read("how-to/teachers.rst"), flags=re.MULTILINE))

    words = {words_for_status(status) for status in GradeStatus}
    words |= {str(words_for_action(action).name) for action in StaffAction}

    assert told == words | {"Status", "Action"}
