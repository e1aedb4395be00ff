"""Sets the stage: two registered tools with their blocks, a teacher and three learners at their browsers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from sandbox.browser import Browser, Page
from sandbox.demo.gradebook import Gradebook, read_gradebook
from sandbox.demo.tool_side import Clock, ToolSide
from sandbox.example_tool import Example, Sheet, private_key, register_examples
from sandbox.running import Noticed, Sandbox
from sandbox.seed import LEARNERS, TEACHER
from sandbox.signposts import course_url, gradebook_url


@dataclass(frozen=True)
class Learner:
    """A learner of the course, at a browser."""

    name: str
    browser: Browser

    @property
    def first_name(self) -> str:
        """What the story calls the learner."""
        return self.name.split()[0]


@dataclass(frozen=True)
class LaunchedTool:
    """The tool's page after a launch, and what the launch brought."""

    page: Page
    claims: Mapping[str, Any]
    endpoint: Mapping[str, Any]

    @property
    def user_id(self) -> str:
        """The learner, as the tool knows them."""
        return str(self.claims["sub"])

    @property
    def resource_link_id(self) -> str:
        """The block, as the tool knows it."""
        return str(self.claims["https://purl.imsglobal.org/spec/lti/claim/resource_link"]["id"])


@dataclass(frozen=True)
class Stage:
    """
    Everything that the chapters of the story need.

    ``sheets``: by client id, what the operator's command printed. ``user_ids``: by name, under which id the tools know
    those who were launched so far.
    """

    sandbox: Sandbox
    sheets: Mapping[str, Sheet]
    learners: tuple[Learner, ...]
    teacher: Browser
    clock: Clock
    user_ids: dict[str, str]

    def gradebook(self) -> Gradebook:
        """Return what the LMS's gradebook page shows the teacher now."""
        return read_gradebook(self.teacher, gradebook_url(self.sandbox))

    def grade(self, learner: Learner, block: str) -> str:
        """Return what the gradebook holds for a learner, by the block's title."""
        return self.gradebook().of(learner.name, block)

    def launch(self, learner: Learner, *, unit: str) -> LaunchedTool:
        """Go as the learner from the course page to the unit with the block, and through the launch to the tool."""
        page = learner.browser.launch(self.open_unit(learner, unit).link("/launch/start/"))
        claims = learner.browser.read_json(page.link("claims.json"))
        endpoint = claims.get("https://purl.imsglobal.org/spec/lti-ags/claim/endpoint", {})
        self.user_ids[learner.name] = str(claims["sub"])
        return LaunchedTool(page, claims, endpoint)

    def open_unit(self, learner: Learner, unit: str) -> Page:
        """Go as the learner from the course page to a unit."""
        course = learner.browser.open(course_url(self.sandbox))
        return learner.browser.open(course.link(unit))

    def answer_quiz(self, learner: Learner, launched: LaunchedTool, answers: Mapping[str, str]) -> Page:
        """Fill in the tool's quiz and send it."""
        form = launched.page.form(action="/answer")
        return learner.browser.submit(form, values=answers, origin=launched.page.url)

    def tool_side(self, example: Example, launched: LaunchedTool) -> ToolSide:
        """Return the tool at work with the library's service classes, with what the launch brought."""
        private_pem = private_key(self.sandbox)
        key = load_pem_private_key(private_pem.encode(), password=None)
        public_pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        sheet = self.sheets[example.client_id]
        return ToolSide.of(sheet, endpoint=launched.endpoint, private_pem=private_pem, public_pem=public_pem)


def set_stage(sandbox: Sandbox, *, noticed: Noticed) -> Stage:
    """Make everything anew, register the tools as an operator does, and sign everybody in."""
    sandbox.prepare(noticed=noticed)
    sheets = register_examples(sandbox, is_new=True, noticed=noticed)
    sandbox.wait_until_ready(noticed=noticed)
    return open_stage(sandbox, sheets)


def open_stage(sandbox: Sandbox, sheets: Mapping[str, Sheet]) -> Stage:
    """Sign the teacher and three learners in."""
    names = list(LEARNERS.items())[:3]
    learners = tuple(Learner(name, _signed_in(sandbox, username)) for username, name in names)
    return Stage(sandbox, sheets, learners, _signed_in(sandbox, TEACHER), Clock(), {})


def _signed_in(sandbox: Sandbox, username: str) -> Browser:
    browser = Browser()
    browser.sign_in(f"{sandbox.lms.url}/login", username=username)
    return browser
