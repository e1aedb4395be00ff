"""What the platform asks of a block besides its pages: icon, search, mobile app, files."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from xblock.core import XBlock
from xblock.exceptions import DisallowedFileError
from xblock.fields import Field, Scope

import lti_ags.xblock
from lti_ags import edx_platform
from lti_ags.xblock.fields import LtiAgsFields
from tests.support.courses import Course
from tests.support.studio import studio
from tests.support.tools import RegisteredTool
from xmodule.modulestore.django import modulestore

PUBLIC = sorted(Path(lti_ags.xblock.__file__).parent.glob("public/*"))


@pytest.fixture
def block(course: Course, tool: RegisteredTool) -> Any:
    return edx_platform.load_block(course.add_block(tool.tool, display_name="Week 1 quiz"))


def test_the_icon_is_that_of_a_problem(block: Any) -> None:
    assert block.icon_class == "problem"


def test_a_search_finds_the_title(block: Any) -> None:
    assert block.index_dictionary() == {"content": {"display_name": "Week 1 quiz"}, "content_type": "LTI"}


def test_the_mobile_app_may_show_the_learners_page(block: Any) -> None:
    assert block.has_support(block.student_view, "multi_device")


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.name)
def test_every_public_file_is_served_from_the_package(path: Path) -> None:
    block_class = XBlock.load_class("lti_ags")

    with block_class.open_local_resource(f"public/{path.name}") as served:
        assert served.read() == path.read_bytes()


@pytest.mark.parametrize("name", ["templates/student.html", "public/../block.py", "block.py"])
def test_no_other_file_is_served(name: str) -> None:
    with pytest.raises(DisallowedFileError):
        XBlock.load_class("lti_ags").open_local_resource(name)


def test_style_sheets_and_scripts_refer_to_no_other_file() -> None:
    # A site that gives files hashed names refuses to collect a style sheet that refers to one that is not there.
    assert [path.name for path in PUBLIC if "url(" in path.read_text() or "sourceMappingURL" in path.read_text()] == []


def test_editor_hooks_are_left_to_the_platform(block: Any) -> None:
    # They are not called on every way in which a block is saved, so nothing may hang on them.
    hooks = ["editor_saved", "post_editor_saved", "studio_post_duplicate", "studio_post_paste"]

    assert [name for name in hooks if name in dir(type(block).unmixed_class)] == []


def test_nothing_secret_or_unique_is_stored_on_the_block() -> None:
    own = {name: field for name, field in LtiAgsFields.__dict__.items() if isinstance(field, Field)}

    assert {field.scope for field in own.values()} == {Scope.settings}
    assert [name for name in own if re.search("secret|key|uuid|client|deployment|_id$", name)] == []


@pytest.mark.parametrize("name", ["author_view", "studio_view", "student_view"])
def test_studio_shows_the_block_where_it_has_no_services(
    name: str, block: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with studio(None):
        loaded = modulestore().get_item(block.location)
        monkeypatch.setattr(loaded.runtime, "_services", {})

        assert "lti-ags" in getattr(loaded, name)({}).content


def test_the_due_date_is_in_utc_where_nobody_is_known_to_look(course: Course, tool: RegisteredTool) -> None:
    location = course.add_block(tool.tool, due=datetime(2027, 5, 3, 12, 30, tzinfo=UTC))

    with studio(None):
        html = modulestore().get_item(location).author_view({}).content

    assert "due 05/03/2027 12:30 p.m. UTC" in html


def test_a_site_that_has_not_collected_its_files_shows_the_block_all_the_same(
    block: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_block: Any, uri: str) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for '{uri}'")

    monkeypatch.setattr(block.runtime, "local_resource_url", refuse)

    shown = block.student_view({})

    kinds = {(resource.kind, resource.mimetype) for resource in shown.resources}
    assert kinds == {("text", "text/css"), ("text", "application/javascript")}
    assert "LtiAgsStudent" in "".join(resource.data for resource in shown.resources)
