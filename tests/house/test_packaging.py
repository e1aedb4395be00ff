"""What the package promises to the people who install it next to Open edX."""

from __future__ import annotations

import re
from importlib.metadata import distribution, entry_points, requires, version
from pathlib import Path

import pytest

import lti_ags

ROOT = Path(__file__).resolve().parents[2]
COMPILED = sorted((ROOT / "requirements").glob("*.txt"))
PLACES = re.compile(r"--(?:index|extra|find|trusted)\S*|\w+://\S+|(?:^|\s)/\S+")


def test_version_is_the_one_the_package_states() -> None:
    assert version("lti-ags") == lti_ags.__version__


@pytest.mark.parametrize(
    ("group", "name", "target"),
    [
        ("lms.djangoapp", "lti_ags", "lti_ags.apps:LtiAgsConfig"),
        ("cms.djangoapp", "lti_ags", "lti_ags.apps:LtiAgsConfig"),
        ("xblock.v1", "lti_ags", "lti_ags.xblock.block:LtiAgsXBlock"),
    ],
    ids=["lms", "studio", "xblock"],
)
def test_platform_finds_the_entry_point_and_can_load_it(group: str, name: str, target: str) -> None:
    [found] = [entry for entry in entry_points(group=group, name=name) if entry.dist.name == "lti-ags"]

    assert found.value == target
    assert found.load().__name__ == target.rpartition(":")[2]


def test_requirements_are_lower_bounds_only() -> None:
    stated = requires("lti-ags") or []

    assert len(stated) == 8
    assert [line for line in stated if not re.fullmatch(r"[\w-]+>=[\d.]+", line)] == []


def test_package_asks_for_python_311_and_sets_no_upper_limit() -> None:
    assert distribution("lti-ags").metadata["Requires-Python"] == ">=3.11"


def test_every_folder_of_the_package_is_packed() -> None:
    folders = {path.parent for path in (ROOT / "lti_ags").rglob("*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("path", COMPILED, ids=lambda path: path.name)
def test_compiled_requirements_name_no_machine(path: Path) -> None:
    assert PLACES.findall(path.read_text(encoding="utf-8")) == []
