"""The editor as an author sees it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import override_settings
from django.utils import translation
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import GradingMode
from lti_ags.services.tools import set_enabled
from openedx.core.djangoapps.user_api.models import UserPreference
from tests.support.courses import Course, make_course
from tests.support.studio import view
from tests.support.tools import RegisteredTool

NO_MORE = "{} (cannot be used here any more)"


class Page(HTMLParser):
    """The elements of a page with their attributes and texts."""

    VOID = frozenset({"input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [
            found
            for name, found in self.elements
            if name == tag and all(found.get(key) == value for key, value in attributes.items())
        ]


def editor(course: Course, author: Any, tool: RegisteredTool | None = None, **fields: Any) -> Page:
    """The editor of a new block."""
    return Page(view(course.add_block(None if tool is None else tool.tool, **fields), "studio_view", author))


def test_the_two_choices_of_the_tool_grading_configuration_are_worded_as_they_must_be(
    course: Course, author: Any
) -> None:
    html = view(course.add_block(None), "studio_view", author)

    assert "Tool Grading Configuration" in html
    labels = re.findall(r'type="radio"[^>]*> ([^<]+)</label>', html)
    assert labels == [
        "Only allow tools to push a single grade per student",
        "Allow tools to manage their own grades",
    ]


def test_the_first_choice_is_the_default(course: Course, author: Any) -> None:
    [chosen] = [radio for radio in editor(course, author).all("input", type="radio") if "checked" in radio]

    assert chosen["value"] == "declarative"


@pytest.mark.parametrize("language", ["en", "de", "fr", "es-419", "vi", "ar"])
def test_numbers_are_written_for_input_elements_in_every_language(course: Course, author: Any, language: str) -> None:
    with translation.override(language), override_settings(USE_THOUSAND_SEPARATOR=True):
        page = editor(course, author, weight=1234.5)

    [number] = page.all("input", type="number")
    assert number["value"] == "1234.5"


@pytest.mark.parametrize(("weight", "written"), [(10.0, "10"), (2.5, "2.5"), (0.1, "0.1"), (None, "0")])
def test_numbers_are_written_in_full(course: Course, author: Any, weight: float | None, written: str) -> None:
    [number] = editor(course, author, weight=weight).all("input", type="number")

    assert number["value"] == written


def test_the_list_of_tools_holds_those_of_the_course(
    course: Course, author: Any, tool: RegisteredTool, other_tool: RegisteredTool
) -> None:
    RegisteredTool.register("Elsewhere", orgs=["OtherX"])

    html = view(course.add_block(tool.tool), "studio_view", author)

    assert html.index("Choose a tool") < html.index("Essay tool") < html.index("Quiz tool")
    assert "Elsewhere" not in html
    assert f'<option value="{tool.tool.uuid}" selected data-ceiling="programmatic">Quiz tool</option>' in html


def test_a_stored_tool_that_is_no_longer_offered_stays_chosen(
    course: Course, author: Any, tool: RegisteredTool
) -> None:
    location = course.add_block(tool.tool)
    set_enabled([tool.tool], is_enabled=False)

    html = view(location, "studio_view", author)

    assert (
        f'<option value="{tool.tool.uuid}" selected data-usable="false">{NO_MORE.format("Quiz tool")}</option>' in html
    )


def test_a_stored_tool_that_nobody_knows_stays_chosen(course: Course, author: Any) -> None:
    html = view(course.add_block(None, lti_tool="from-elsewhere"), "studio_view", author)

    assert f'<option value="from-elsewhere" selected data-usable="false">{NO_MORE.format("from-elsewhere")}<' in html


def test_every_control_has_a_label_and_its_help(course: Course, author: Any) -> None:
    page = editor(course, author)

    labelled = {label.get("for") for label in page.all("label")}
    ids = {attributes["id"] for _tag, attributes in page.elements if attributes.get("id")}
    controls = [*page.all("select"), *page.all("textarea"), *page.all("input", type="text")]
    controls += [*page.all("input", type="url"), *page.all("input", type="number")]
    assert len(controls) == 11
    assert {control["id"] for control in controls} <= labelled
    for control in [*controls, *page.all("input", type="checkbox"), *page.all("input", type="radio")]:
        assert set(str(control["aria-describedby"]).split()) <= ids


def test_what_is_stored_is_escaped(course: Course, author: Any) -> None:
    html = view(
        course.add_block(
            None,
            display_name='"><script>alert(1)</script>',
            custom_parameters={"a": "</textarea><script>"},
            lti_tool="<img>",
        ),
        "studio_view",
        author,
    )

    assert "<script" not in html
    assert "<img" not in html
    assert html.count("</textarea>") == 1


def test_fields_say_whether_they_are_set(course: Course, author: Any) -> None:
    page = editor(course, author, weight=5.0)

    is_set = {
        attributes["data-field-name"]: attributes["data-is-set"]
        for _tag, attributes in page.elements
        if "data-field-name" in attributes
    }
    assert is_set["weight"] == "true"
    assert is_set["late_policy"] == "false"
    assert len(is_set) == 15


def test_the_page_runs_no_script_of_its_own(course: Course, author: Any) -> None:
    page = editor(course, author)

    assert page.all("script") == []
    assert not [name for _tag, attributes in page.elements for name in attributes if name.startswith("on")]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"weight": 10.0}, "Maximum score 10 · one line item is made when this is published."),
        ({"weight": 10.0, "grading_mode": "programmatic"}, "Maximum score 10 · the tool makes its own line items"),
        ({"has_score": False}, "Not graded: scores from the tool do not become grades."),
        ({"weight": None}, "Not graded: scores from the tool do not become grades."),
        ({"weight": 10.0, "lti_tool": ""}, "Maximum score 10 · no line item is made until a tool is chosen."),
    ],
    ids=["declarative", "programmatic", "not graded", "no points", "no tool"],
)
def test_the_unit_page_says_what_will_happen(
    course: Course, author: Any, tool: RegisteredTool, fields: dict[str, Any], sentence: str
) -> None:
    location = course.add_block(None, **{"lti_tool": str(tool.tool.uuid), **fields})

    assert sentence in view(location, "author_view", author)


def test_a_line_item_that_is_there_follows(course: Course, author: Any, declarative_block: UsageKey) -> None:
    sentence = "Maximum score 10 · its line item follows when this is published."

    assert sentence in view(declarative_block, "author_view", author)
    assert sentence in view(declarative_block, "studio_view", author)


def test_a_tool_beyond_its_ceiling_makes_no_line_items_of_its_own(course: Course, author: Any) -> None:
    tool = RegisteredTool.register(grading_mode_ceiling=GradingMode.DECLARATIVE)
    location = course.add_block(tool.tool, grading_mode="programmatic")

    assert "one line item is made when this is published." in view(location, "author_view", author)


def cautions(page: Page) -> dict[str, bool]:
    """The sentences beside the fields by name, and whether each is shown."""
    found = [attributes for _tag, attributes in page.elements if "data-caution" in attributes]
    return {str(attributes["data-caution"]): "hidden" not in attributes for attributes in found}


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"due": datetime(2027, 5, 3, tzinfo=UTC), "late_policy": "refuse"}, set()),
        ({"lti_tool": ""}, {"no_tool"}),
        ({"lti_tool": "00000000-0000-4000-8000-000000000000"}, {"unusable_tool"}),
        ({"has_score": False, "late_policy": "refuse"}, {"ungraded"}),
        ({"graded": False}, {"subsection_not_graded"}),
        ({"late_policy": "ask"}, {"no_due_date"}),
        ({"grading_mode": "programmatic"}, {"beyond_ceiling"}),
    ],
    ids=["all is well", "no tool", "unknown tool", "not graded", "subsection", "late rule", "ceiling"],
)
def test_what_may_surprise_stands_beside_its_field(
    course: Course, author: Any, fields: dict[str, Any], shown: set[str]
) -> None:
    tool = RegisteredTool.register(grading_mode_ceiling=GradingMode.DECLARATIVE)

    page = editor(course, author, **{"lti_tool": str(tool.tool.uuid), **fields})

    assert {name for name, is_shown in cautions(page).items() if is_shown} == shown


def test_nothing_is_told_of_a_tool_that_belongs_to_another_course(course: Course, author: Any) -> None:
    foreign = RegisteredTool.register("Secret tool", courses=[make_course().key]).tool
    location = course.add_block(foreign)

    html = view(location, "author_view", author) + view(location, "studio_view", author)

    assert "Secret tool" not in html
    assert foreign.client_id not in html
    assert foreign.deployment_id not in html


def test_values_for_the_tools_developer_can_be_copied(course: Course, author: Any, tool: RegisteredTool) -> None:
    page = Page(view(course.add_block(tool.tool), "author_view", author))

    labels = [button["aria-label"] for button in page.all("button", type="button")]
    assert labels[:4] == ["Copy Resource link", "Copy Context", "Copy Issuer (platform ID)", "Copy Client ID"]
    assert len(labels) == len(page.all("code")) == 8
    assert page.all("p", role="status")


def test_the_due_date_is_in_the_authors_time_zone(author: Any, tool: RegisteredTool, course: Course) -> None:
    UserPreference.objects.create(user=author, key="time_zone", value="Asia/Tokyo")
    location = course.add_block(tool.tool, due=datetime(2027, 5, 3, 12, 30, tzinfo=UTC))

    assert "due 05/03/2027 9:30 p.m. JST" in view(location, "author_view", author)


def test_the_unit_page_names_the_tool_and_launches_nothing(course: Course, author: Any, tool: RegisteredTool) -> None:
    location = course.add_block(tool.tool, display_name="<b>Quiz</b>")

    html = view(location, "author_view", author)

    assert "Tool: Quiz tool" in html
    assert "launch/start" not in html
    assert "<iframe" not in html
    assert "&lt;b&gt;Quiz&lt;/b&gt;" in html
    assert tool.tool.deployment_id in html
    assert str(location) in html


def test_the_due_date_is_part_of_what_will_happen(author: Any, tool: RegisteredTool, course: Course) -> None:
    location = course.add_block(tool.tool, due=datetime(2027, 5, 3, 12, 30, tzinfo=UTC))

    assert "due 05/03/2027 12:30 p.m. UTC" in view(location, "author_view", author)


def test_nothing_is_launched_from_studio_even_as_learners_see_it(
    course: Course, author: Any, tool: RegisteredTool
) -> None:
    location = course.add_block(tool.tool)

    assert view(location, "student_view", author) == view(location, "author_view", author)


def test_the_sentence_follows_the_number_that_is_typed(course: Course, author: Any) -> None:
    html = view(course.add_block(None, weight=10.0), "studio_view", author)

    assert 'data-text="Maximum score [points] · one line item is made when this is published."' in html
    assert html.count("data-outlook=") == 4
