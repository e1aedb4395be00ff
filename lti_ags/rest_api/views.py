"""
The AGS services: line items, scores, results.

A view reads the request, calls one service and words the answer. Nothing of it depends on the site's defaults for
Django REST framework: everything that they could change is stated here. Views are not part of a request's transaction:
what a service has committed, such as the record of a refusal, survives an answer of 4xx.

Spec: AGS 2.0 section 3, https://www.imsglobal.org/spec/lti-ags/v2p0
"""

from __future__ import annotations

import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import DatabaseError, transaction
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.decorators import classonlymethod
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from lti_ags.conf import app_settings
from lti_ags.constants import MediaType
from lti_ags.data import Caller, ContextRecord, LineItemRecord
from lti_ags.domain.permissions import Action
from lti_ags.exceptions import LtiAgsError, MalformedRequest, NotFound
from lti_ags.rest_api.authentication import BearerAuthentication
from lti_ags.rest_api.errors import exception_handler, status_of
from lti_ags.rest_api.headers import KEPT_NOWHERE
from lti_ags.rest_api.line_item_members import read_new_line_item, read_replacement
from lti_ags.rest_api.members import JsonObject
from lti_ags.rest_api.paging import PageRequest, next_link, read_page_request
from lti_ags.rest_api.parsing import parse_object, read_body, require_media_type
from lti_ags.rest_api.permissions import ScopeAndModePermission
from lti_ags.rest_api.renderers import ExactNegotiation, JsonRenderer
from lti_ags.rest_api.score_members import read_score
from lti_ags.rest_api.serializers import line_item_json, results_json, score_answer_json
from lti_ags.rest_api.throttling import ToolThrottle
from lti_ags.services.addresses import line_items_url, results_url
from lti_ags.services.deliveries import record_refusal
from lti_ags.services.line_items import (
    create_line_item,
    delete_line_item,
    find_context,
    find_line_item,
    list_line_items,
    replace_line_item,
)
from lti_ags.services.results import list_results
from lti_ags.services.scores import record_score

logger = logging.getLogger(__name__)

_LINE_ITEM_ID: Final = re.compile("[1-9][0-9]{0,17}")
_LINE_ITEM_TYPES: Final = (MediaType.LINE_ITEM, MediaType.JSON)
#: The line item's type too: the documentation of one platform tells tools to send scores with it (S-28).
_SCORE_TYPES: Final = (MediaType.SCORE, MediaType.JSON, MediaType.LINE_ITEM)


class AgsViewSet(ViewSet, ABC):
    """What the services have in common. Subclasses say what a request is about and which action it is."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (ScopeAndModePermission,)
    throttle_classes = (ToolThrottle,)
    renderer_classes = (JsonRenderer,)
    content_negotiation_class = ExactNegotiation
    parser_classes = ()
    pagination_class = None
    filter_backends = ()
    versioning_class = None
    metadata_class = None
    format_kwarg = None
    http_method_names = ["get", "post", "put", "delete"]

    #: What each method of the class is, for the table of who may do what.
    permission_actions: ClassVar[Mapping[str, Action]] = {}

    now: datetime

    @classonlymethod
    def as_view(  # type: ignore[override]  # the stubs leave the type of a view function open
        cls,  # noqa: N805 - Django's own kind of class method
        actions: Mapping[str, str],
        **initkwargs: Any,
    ) -> Callable[..., HttpResponseBase]:
        """Return the view function, exempt from a request's transaction."""
        return transaction.non_atomic_requests(super().as_view(dict(actions), **initkwargs))

    @abstractmethod
    def find_target(self, caller: Caller) -> ContextRecord | LineItemRecord:
        """
        Find what the request is about and keep it.

        Raises:
            NotFound: there is none that the caller may see.
        """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """
        Check what comes before the body: method, token, rate, then what the permission says (B-05).

        The rate comes before the permission, which reads the database.
        """
        self.now = timezone.now()
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            self.http_method_not_allowed(request, *args, **kwargs)
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.perform_authentication(request)
        self.check_throttles(request)
        self.check_permissions(request)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Add to Django REST framework's headers what every answer says, refusals included."""
        return {**super().default_response_headers, **KEPT_NOWHERE}

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        """Answer errors in our own way, not in the site's."""
        return exception_handler


class LineItemViewSet(AgsViewSet):
    """The line item container of a context, and each line item (AGS 3.2)."""

    permission_actions: ClassVar[Mapping[str, Action]] = {
        "list": Action.LIST_LINE_ITEMS,
        "create": Action.CREATE_LINE_ITEM,
        "retrieve": Action.READ_LINE_ITEM,
        "update": Action.UPDATE_LINE_ITEM,
        "destroy": Action.DELETE_LINE_ITEM,
    }
    context: ContextRecord
    line_item: LineItemRecord

    def find_target(self, caller: Caller) -> ContextRecord | LineItemRecord:
        """Find the context of the container, or the line item."""
        if "context_uuid" in self.kwargs:
            self.context = find_context(self.kwargs["context_uuid"], caller=caller)
            return self.context
        self.line_item = find_line_item(_line_item_id(self.kwargs), caller=caller)
        return self.line_item

    def list(self, request: Request, **_kwargs: Any) -> Response:
        """Answer a page of the tool's line items in the context (LI-01 to LI-10)."""
        resource = f"line_items:{self.context.uuid}"
        asked = read_page_request(
            request.query_params,
            resource=resource,
            filters=("resource_link_id", "resource_id", "tag"),
            page_size=app_settings.integer("LTI_AGS_LINE_ITEMS_PAGE_SIZE"),
        )
        # As in a body, empty counts as left out. A learner's id is another matter: see the list of results.
        filters = {name: value for name, value in asked.filters.items() if value}
        found = list_line_items(self.context, **filters, limit=asked.limit, after=asked.after)
        answer = _typed([line_item_json(item) for item in found.line_items], MediaType.LINE_ITEM_CONTAINER)
        return _linked(answer, asked, found.next_after, url=line_items_url(self.context.uuid), resource=resource)

    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Make a line item (LI-11 to LI-18)."""
        require_media_type(request, accepted=_LINE_ITEM_TYPES)
        data = read_new_line_item(parse_object(read_body(request)))
        members = line_item_json(create_line_item(data, context=self.context, now=self.now))
        answer = _typed(members, MediaType.LINE_ITEM, status=201)
        answer["Location"] = members["id"]
        return answer

    def retrieve(self, _request: Request, **_kwargs: Any) -> Response:
        """Answer one line item (LI-21)."""
        return _typed(line_item_json(self.line_item), MediaType.LINE_ITEM)

    def update(self, request: Request, **_kwargs: Any) -> Response:
        """Replace a line item, and answer the definition in force (LI-22 to LI-26)."""
        require_media_type(request, accepted=_LINE_ITEM_TYPES)
        data = read_replacement(parse_object(read_body(request)))
        applied = replace_line_item(data, line_item=self.line_item, now=self.now)
        return _typed(line_item_json(applied), MediaType.LINE_ITEM)

    def destroy(self, _request: Request, **_kwargs: Any) -> Response:
        """Delete a line item of the tool (LI-27, LI-28)."""
        delete_line_item(self.line_item, now=self.now)
        return Response(status=204)


class ScoreViewSet(AgsViewSet):
    """The scores of a line item: they can be posted, and not be read (AGS 3.4)."""

    permission_actions: ClassVar[Mapping[str, Action]] = {"create": Action.POST_SCORE}
    caller: Caller | None = None
    line_item: LineItemRecord
    #: The message's learner as far as it could be read; None until somebody tried, which is not done twice.
    user_id: str | None = None

    def find_target(self, caller: Caller) -> LineItemRecord:
        """Find the line item; the caller is kept for the record of a refusal."""
        self.caller = caller
        self.line_item = find_line_item(_line_item_id(self.kwargs), caller=caller)
        return self.line_item

    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Take a score, and tell what became of it (S-01 to S-28)."""
        require_media_type(request, accepted=_SCORE_TYPES)
        body = read_body(request)
        message = read_score(self._members_of(body))
        outcome = record_score(message, line_item=self.line_item, body=body.decode(), now=self.now)
        return _typed(score_answer_json(outcome), MediaType.JSON)

    def _members_of(self, body: bytes) -> JsonObject:
        """Parse the body, and remember whom it is about."""
        self.user_id = ""
        parsed = parse_object(body)
        user_id = parsed.members.get("userId")
        self.user_id = user_id if isinstance(user_id, str) else ""
        return parsed

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an error; what is refused to a known tool is recorded, so that both sides can talk about it."""
        if isinstance(exc, LtiAgsError) and self.caller is not None:
            self._record_refusal(exc, self.caller)
        return super().handle_exception(exc)

    def _record_refusal(self, error: LtiAgsError, caller: Caller) -> None:
        """Record a refusal and put its ``deliveryId`` into the answer, which is given in any case."""
        body = self._body_as_far_as_readable()
        try:
            error.details["deliveryId"] = record_refusal(
                error,
                status=status_of(error),
                caller=caller,
                line_item=getattr(self, "line_item", None),
                body=body,
                user_id=self.user_id or "",
                now=self.now,
            )
        except DatabaseError as failure:
            logger.warning("A refused score could not be recorded: %s", type(failure).__name__)

    def _body_as_far_as_readable(self) -> str:
        """Return the refused body as text, empty where it cannot be read, and see to it that ``user_id`` is known."""
        try:
            body = read_body(self.request)
        except MalformedRequest:
            return ""
        if self.user_id is None:
            with suppress(MalformedRequest):
                self._members_of(body)
        return body.decode("utf-8", "replace")


class ResultViewSet(AgsViewSet):
    """The results of a line item (AGS 3.3)."""

    permission_actions: ClassVar[Mapping[str, Action]] = {"list": Action.READ_RESULTS}
    line_item: LineItemRecord

    def find_target(self, caller: Caller) -> LineItemRecord:
        """Find the line item."""
        self.line_item = find_line_item(_line_item_id(self.kwargs), caller=caller)
        return self.line_item

    def list(self, request: Request, **_kwargs: Any) -> Response:
        """Answer a page of results (RS-01 to RS-11)."""
        resource = f"results:{self.line_item.id}"
        asked = read_page_request(
            request.query_params,
            resource=resource,
            filters=("user_id",),
            page_size=app_settings.integer("LTI_AGS_RESULTS_PAGE_SIZE"),
        )
        # An empty user_id is nobody's. Taken for none at all, it would tell a tool everybody's results for one (RS-07).
        found = list_results(self.line_item, **asked.filters, limit=asked.limit, after=asked.after)
        answer = _typed(results_json(found.results, line_item_id=self.line_item.id), MediaType.RESULT_CONTAINER)
        return _linked(answer, asked, found.next_after, url=results_url(self.line_item.id), resource=resource)


def _line_item_id(kwargs: Mapping[str, Any]) -> int:
    """Return the id in the path, spelled in the one way in which we spell it."""
    if not _LINE_ITEM_ID.fullmatch(kwargs["line_item_id"]):
        raise NotFound("There is no such line item for this tool.")
    return int(kwargs["line_item_id"])


def _typed(members: Mapping[str, Any] | Sequence[Any], media_type: MediaType, *, status: int = 200) -> Response:
    return Response(members, status=status, content_type=media_type.value)


def _linked(answer: Response, asked: PageRequest, next_after: int | None, *, url: str, resource: str) -> Response:
    """Add the ``Link`` header where there is a next page."""
    if next_after is not None:
        answer["Link"] = next_link(asked, after=next_after, url=url, resource=resource)
    return answer
