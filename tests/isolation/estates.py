"""Two tools in two courses, each with blocks of both modes, items of each kind, and learners with scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.http import HttpResponse
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.courseware.models import StudentModule
from lti_ags.models import LtiAgsLineItem, LtiContext
from lti_ags.services.addresses import line_item_url, line_items_url, results_url, scores_url
from tests.support.ags import LINE_ITEM, Ags, score_body
from tests.support.courses import Course, configuration_of, make_learner, subject_of
from tests.support.tools import RegisteredTool

#: Records of requests: they are written whatever the answer is, and no tool can read them.
_RECORDS: Final = frozenset({"LtiAgsDelivery", "UsedToken"})


@dataclass(frozen=True)
class Estate:
    """What one tool has in one course."""

    tool: RegisteredTool
    course: Course
    context: LtiContext
    declarative_block: UsageKey
    programmatic_block: UsageKey
    items: Mapping[str, int]
    subject: str

    @property
    def name(self) -> str:
        return str(self.context)

    def url(self, target: str, route: str) -> str:
        """The address of the container, or of one of the items, its scores or its results."""
        if target == "container":
            return line_items_url(self.context.uuid)
        return {"item": line_item_url, "scores": scores_url, "results": results_url}[route](self.items[target])

    def body(self, route: str, method: str) -> Any:
        """A body that the owner could send there."""
        if method not in {"POST", "PUT"}:
            return None
        if route == "scores":
            return score_body(self.subject, timestamp="2026-04-01T00:00:00Z", scoreGiven=1)
        return LINE_ITEM


def make_estate(tool: RegisteredTool, course: Course) -> Estate:
    """Build up an estate by the tool's own requests; each item has a score of the learner."""
    declarative = course.add_block(tool.tool)
    programmatic = course.add_block(tool.tool, grading_mode="programmatic")
    platform_item = configuration_of(declarative).platform_item
    configuration_of(programmatic)
    context = platform_item.context
    ags = Ags(tool)
    items = {
        "platform": platform_item.pk,
        "linked": ags.made_item(context, resourceLinkId=str(programmatic), resourceId="r-1", tag="t-1"),
        "unlinked": ags.made_item(context, resourceId="r-1", tag="t-1"),
    }
    subject = subject_of(make_learner(course), declarative).subject
    for number in items.values():
        assert ags.post_score(number, score_body(subject)).status_code == 200
    return Estate(tool, course, context, declarative, programmatic, items, subject)


def make_estates(tools: Sequence[RegisteredTool], courses: Sequence[Course]) -> list[Estate]:
    """Each tool in each course."""
    return [make_estate(tool, course) for tool in tools for course in courses]


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of ours that a request could change, and the gradebook's."""
    models = [model for model in apps.get_app_config("lti_ags").get_models() if model.__name__ not in _RECORDS]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in [*models, StudentModule]}


def item_ids(response: HttpResponse) -> set[int]:
    """The numbers of the line items in a container's answer."""
    assert response.status_code == 200, response.content
    return {int(item["id"].rpartition("/")[2]) for item in response.json()}


def items_of(context: LtiContext) -> set[int]:
    return set(LtiAgsLineItem.objects.filter(context=context, deleted_at=None).values_list("pk", flat=True))
