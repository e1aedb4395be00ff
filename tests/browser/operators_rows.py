"""What the operator looks for in the browser tests; made inside the sandbox's LMS."""

from __future__ import annotations

import json

from django.contrib.auth import get_user_model
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import Scope
from lti_ags.data import Caller, LineItemData, LineItemRecord
from lti_ags.exceptions import LtiAgsError
from lti_ags.models import LtiTool
from lti_ags.rest_api.errors import status_of
from lti_ags.rest_api.parsing import parse_object
from lti_ags.rest_api.score_members import read_score
from lti_ags.services.configurations import context_for
from lti_ags.services.deliveries import record_refusal
from lti_ags.services.line_items import create_line_item, delete_line_item, find_context
from lti_ags.services.scores import record_score
from sandbox.example_tool import LAB
from sandbox.seed import COURSE_KEY, PROGRAMMATIC_BLOCK
from tests.support.courses import configuration_of, subject_of


def add_deleted_item(label: str) -> None:
    """Make a line item with a score, and let the tool delete it; print its number and the delivery's id."""
    learner = get_user_model().objects.get(username="tomasz")
    configuration_of(PROGRAMMATIC_BLOCK)
    item, _caller = _make_item(label, PROGRAMMATIC_BLOCK)
    body = _body(subject_of(learner, PROGRAMMATIC_BLOCK).subject)
    outcome = record_score(read_score(parse_object(body.encode())), line_item=item, body=body, now=timezone.now())
    delete_line_item(item, now=timezone.now())
    print(json.dumps({"item": item.id, "delivery": outcome.delivery_id}))


def add_refusal(label: str) -> None:
    """Let a score for somebody unknown be refused; print the delivery's id."""
    configuration_of(PROGRAMMATIC_BLOCK)
    item, caller = _make_item(label, None)
    body = _body("nobody")
    try:
        record_score(read_score(parse_object(body.encode())), line_item=item, body=body, now=timezone.now())
    except LtiAgsError as error:
        delivery = record_refusal(
            error, status=status_of(error), caller=caller, line_item=item, body=body, user_id="nobody",
            now=timezone.now(),
        )  # fmt: skip
        print(json.dumps({"delivery": delivery}))


def _make_item(label: str, link: UsageKey | None) -> tuple[LineItemRecord, Caller]:
    tool = LtiTool.objects.get(client_id=LAB.client_id)
    caller = Caller(tool_id=tool.pk, client_id=tool.client_id, scopes=frozenset(Scope))
    context = find_context(str(context_for(tool.pk, course_key=COURSE_KEY).uuid), caller=caller)
    data = LineItemData(label=label, score_maximum=50.0, resource_link_id=None if link is None else str(link))
    return create_line_item(data, context=context, now=timezone.now()), caller


def _body(user_id: str) -> str:
    members = {
        "userId": user_id,
        "scoreGiven": 40,
        "scoreMaximum": 50,
        "comment": "Only for the learner's eyes",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": timezone.now().isoformat(timespec="milliseconds"),
    }
    return json.dumps(members)
