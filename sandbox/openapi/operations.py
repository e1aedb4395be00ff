"""The services of the API, described: the views as they are, and beside each method what it takes and answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.urls import URLPattern, path
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lti_ags.constants import MediaType, Scope
from lti_ags.rest_api.views import LineItemViewSet, ResultViewSet, ScoreViewSet
from sandbox.openapi import examples
from sandbox.openapi.schemas import ref

PREFIX: Final = "api/lti_ags/v1"

_MEANINGS: Final = {
    400: "The request is not what it should be; `pointer` or `field` says where.",
    401: "No good access token.",
    403: "The token's scope, the author's grading mode or the learner forbids it; the message says why.",
    404: "There is nothing of the tool here.",
    409: "Another score with the same or a later timestamp is on record.",
    413: "The body is too large.",
    415: "The body is typed as something that is not read here.",
    429: "Too many requests; `Retry-After` says when to go on.",
    503: "The platform does not answer at the moment; `Retry-After` says when to try again.",
}
_COMMON: Final = (401, 403, 404, 429, 503)
_BODY: Final = (400, 413, 415)

_LIMIT: Final = OpenApiParameter("limit", OpenApiTypes.INT, description="At most so many on a page, up to 1,000.")
_PAGE: Final = OpenApiParameter("page", OpenApiTypes.STR, description="As the Link header of the page before has it.")


def _filter(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=description)


def _header(name: str, description: str, *statuses: int) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description=description,
        response=[str(status) for status in statuses],
    )


_NEXT: Final = _header("Link", 'The next page, as `<URL>; rel="next"`; absent on the last one.', 200)


def _answers(schema: Any, *, media_type: MediaType, example: Any, status: int = 200) -> dict[Any, Any]:
    shown = [OpenApiExample("An answer", value=example, response_only=True, status_codes=[str(status)])]
    return {(status, media_type.value): OpenApiResponse(schema, description="As asked.", examples=shown)}


def _refusals(statuses: Iterable[int]) -> dict[Any, Any]:
    return {
        (status, MediaType.JSON.value): OpenApiResponse(
            ref("Error"),
            description=_MEANINGS[status],
            examples=[
                OpenApiExample(
                    "A refusal", value=examples.REFUSALS[status], response_only=True, status_codes=[str(status)]
                )
            ],
        )
        for status in sorted(statuses)
    }


def _any_of(*scopes: Scope) -> Any:
    """Return what ``extend_schema`` passes on as it is: a token with one of the scopes."""
    return [{"accessToken": [scope.value]} for scope in scopes]


def _sent(sent_as: MediaType, **bodies: Any) -> list[OpenApiExample]:
    return [
        OpenApiExample(name, value=value, request_only=True, media_type=sent_as.value) for name, value in bodies.items()
    ]


def _bodies(name: str, *media_types: MediaType) -> dict[str, Any]:
    return {media_type.value: ref(name) for media_type in (*media_types, MediaType.JSON)}


class DescribedLineItems(LineItemViewSet):
    """Line items."""

    schema = AutoSchema()

    @extend_schema(
        operation_id="listLineItems",
        tags=["Line items"],
        summary="List the tool's line items in a context",
        description="Filters match exactly and intersect.",
        auth=_any_of(Scope.LINE_ITEM, Scope.LINE_ITEM_READONLY),
        parameters=[
            _filter("resource_link_id", "Only items of this link."),
            _filter("resource_id", "Only items with this resourceId."),
            _filter("tag", "Only items with this tag."),
            _LIMIT,
            _PAGE,
            _NEXT,
        ],
        responses={
            **_answers(ref("LineItem"), media_type=MediaType.LINE_ITEM_CONTAINER, example=examples.LINE_ITEM),
            **_refusals([400, *_COMMON]),
        },
    )
    def list(self, request: Request, **kwargs: Any) -> Response:
        return super().list(request, **kwargs)

    @extend_schema(
        operation_id="createLineItem",
        tags=["Line items"],
        summary="Create a line item",
        description="Where the author lets the tool manage its own grades. Each request creates an item of its own.",
        auth=_any_of(Scope.LINE_ITEM),
        request=_bodies("NewLineItem", MediaType.LINE_ITEM),
        examples=_sent(MediaType.LINE_ITEM, Report=examples.NEW_LINE_ITEM),
        parameters=[_header("Location", "The item's id.", 201)],
        responses={
            **_answers(ref("LineItem"), media_type=MediaType.LINE_ITEM, example=examples.LINE_ITEM, status=201),
            **_refusals([*_BODY, *_COMMON]),
        },
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        return super().create(request, **kwargs)

    @extend_schema(
        operation_id="readLineItem",
        tags=["Line items"],
        summary="Read a line item",
        auth=_any_of(Scope.LINE_ITEM, Scope.LINE_ITEM_READONLY),
        responses={
            **_answers(ref("LineItem"), media_type=MediaType.LINE_ITEM, example=examples.LINE_ITEM),
            **_refusals(_COMMON),
        },
    )
    def retrieve(self, _request: Request, **kwargs: Any) -> Response:
        return super().retrieve(_request, **kwargs)

    @extend_schema(
        operation_id="replaceLineItem",
        tags=["Line items"],
        summary="Replace a line item",
        description="The answer is the definition in force: of an item that the platform made, only resourceId and "
        "tag change.",
        auth=_any_of(Scope.LINE_ITEM),
        request=_bodies("LineItemReplacement", MediaType.LINE_ITEM),
        examples=_sent(MediaType.LINE_ITEM, Renamed={**examples.LINE_ITEM, "label": "Lab report 2: the pendulum"}),
        responses={
            **_answers(ref("LineItem"), media_type=MediaType.LINE_ITEM, example=examples.LINE_ITEM),
            **_refusals([*_BODY, *_COMMON]),
        },
    )
    def update(self, request: Request, **kwargs: Any) -> Response:
        return super().update(request, **kwargs)

    @extend_schema(
        operation_id="deleteLineItem",
        tags=["Line items"],
        summary="Delete a line item",
        description="What learners earned through it stays in the gradebook.",
        auth=_any_of(Scope.LINE_ITEM),
        responses={204: OpenApiResponse(description="Deleted."), **_refusals(_COMMON)},
    )
    def destroy(self, _request: Request, **kwargs: Any) -> Response:
        return super().destroy(_request, **kwargs)


class DescribedScores(ScoreViewSet):
    """Scores."""

    schema = AutoSchema()

    @extend_schema(
        operation_id="postScore",
        tags=["Scores and results"],
        summary="Post a learner's score",
        description="Stored before it is answered; the grade follows. The same message again succeeds and tells what "
        "became of it.",
        auth=_any_of(Scope.SCORE),
        request=_bodies("Score", MediaType.SCORE),
        examples=_sent(MediaType.SCORE, Graded=examples.SCORE, Progress=examples.PROGRESS),
        responses={
            **_answers(ref("ScoreAnswer"), media_type=MediaType.JSON, example=examples.SCORE_ANSWER),
            **_refusals([409, *_BODY, *_COMMON]),
        },
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        return super().create(request, **kwargs)


class DescribedResults(ResultViewSet):
    """Results."""

    schema = AutoSchema()

    @extend_schema(
        operation_id="listResults",
        tags=["Scores and results"],
        summary="List the results of a line item",
        description="One for each learner with a score, a teacher's change included.",
        auth=_any_of(Scope.RESULT_READONLY),
        parameters=[_filter("user_id", "Only this learner's, by the sub of a launch."), _LIMIT, _PAGE, _NEXT],
        responses={
            **_answers(ref("Result"), media_type=MediaType.RESULT_CONTAINER, example=examples.RESULT),
            **_refusals([400, *_COMMON]),
        },
    )
    def list(self, request: Request, **kwargs: Any) -> Response:
        return super().list(request, **kwargs)


def described_patterns() -> list[URLPattern]:
    """Return the addresses in the one form in which tools are given them."""
    item = f"{PREFIX}/line_items/<int:line_item_id>"
    collection = DescribedLineItems.as_view({"get": "list", "post": "create"})
    single = DescribedLineItems.as_view({"get": "retrieve", "put": "update", "delete": "destroy"})
    return [
        path(f"{PREFIX}/contexts/<uuid:context_uuid>/line_items", collection),
        path(item, single),
        path(f"{item}/scores", DescribedScores.as_view({"post": "create"})),
        path(f"{item}/results", DescribedResults.as_view({"get": "list"})),
    ]
