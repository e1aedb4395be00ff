"""What goes over the wire, as JSON Schema. Limits and vocabularies come from where the code has them."""

from __future__ import annotations

from typing import Any, Final

from lti_ags.constants import (
    EXTENSION_DECISION,
    MAX_ID_LENGTH,
    MAX_LABEL_LENGTH,
    MAX_RESOURCE_ID_LENGTH,
    MAX_TAG_LENGTH,
    ActivityProgress,
    ErrorCode,
    GradeDecision,
    GradingProgress,
    ScoreDecision,
    TokenError,
)

Schema = dict[str, Any]


def _text(description: str, *, most: int | None = None, least: int = 0, **members: Any) -> Schema:
    limits = {**({"maxLength": most} if most else {}), **({"minLength": least} if least else {})}
    return {"type": "string", "description": description, **limits, **members}


def _url(description: str) -> Schema:
    return _text(description, format="uri", pattern="^https?://")


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _object(properties: dict[str, Schema], *, required: list[str], **members: Any) -> Schema:
    return {"type": "object", "properties": properties, "required": required, **members}


def _instant(description: str) -> Schema:
    return _text(f"{description} ISO 8601 with a time zone.")


def _words(vocabulary: Any) -> list[str]:
    return [word.value for word in vocabulary if word.value]


_EXTENSIONS: Final = "Members that are named by URLs are kept as they are; other unknown members are passed over."
_POINTS: Final[Schema] = {"type": "number", "exclusiveMinimum": 0, "description": "More than 0."}
_LABEL: Final = _text("Shown to people; not blank.", least=1, most=MAX_LABEL_LENGTH, pattern=r"\S")

_RELEASED: Final = (
    "`false`: scores do not reach the gradebook, whatever the author chose, unless the course team releases them. "
    "`true`: they do, also where the author holds grades back. Absent or null: as the author chose."
)

_OPTIONAL: Final[dict[str, Schema]] = {
    "resourceId": _or_null(_text("The tool's own name for what is graded.", most=MAX_RESOURCE_ID_LENGTH)),
    "tag": _or_null(_text("The tool's own mark.", most=MAX_TAG_LENGTH)),
    "resourceLinkId": _or_null(_text("The link that the item belongs to; never changes.", most=MAX_ID_LENGTH)),
    "startDateTime": _or_null(_instant("When work may begin.")),
    "endDateTime": _or_null(_instant("When work must be handed in.")),
    "gradesReleased": {
        "type": ["boolean", "null"],
        "description": _RELEASED,
    },
}

_LINE_ITEM: Final = _object(
    {
        "id": _url("The line item's address, the same in every message."),
        "label": _LABEL,
        "scoreMaximum": _POINTS,
        "resourceId": _text("As the tool sent it; left out when empty.", most=MAX_RESOURCE_ID_LENGTH),
        "tag": _text("As the tool sent it; left out when empty.", most=MAX_TAG_LENGTH),
        "resourceLinkId": _text("The link that the item belongs to.", most=MAX_ID_LENGTH),
        "startDateTime": _instant("When work may begin."),
        "endDateTime": _instant("When work must be handed in."),
        "gradesReleased": {"type": "boolean", "description": "As the tool sent it; left out when it sent none."},
    },
    required=["id", "label", "scoreMaximum"],
)
_NEW_LINE_ITEM: Final = _object(
    {"label": _LABEL, "scoreMaximum": _POINTS, **_OPTIONAL},
    required=["label", "scoreMaximum"],
    description=_EXTENSIONS,
)
_REPLACEMENT: Final = _object(
    {
        "id": _or_null(_text("May be left out; another than the item's own is refused.", most=2048)),
        "label": _LABEL,
        "scoreMaximum": _POINTS,
        **_OPTIONAL,
    },
    required=["label", "scoreMaximum"],
    description=f"What is left out is cleared, id and resourceLinkId excepted. {_EXTENSIONS}",
)

_SCORE: Final = _object(
    {
        "userId": _text("The sub of the learner's launch.", least=1, most=MAX_ID_LENGTH, pattern=r"\S"),
        "activityProgress": _text(
            "How far the learner is. `Submitted`, `Completed`: the work is handed in; the others: an attempt begins.",
            enum=_words(ActivityProgress),
        ),
        "gradingProgress": _text(
            "How far the grading is. Only with `FullyGraded` is scoreGiven a final score; without scoreGiven it takes "
            "the last one back, as `NotReady` with `Initialized` does. Every other message leaves the last final one.",
            enum=_words(GradingProgress),
        ),
        "timestamp": _instant("When the tool scored; orders a learner's scores."),
        "scoreGiven": {"type": ["number", "null"], "minimum": 0, "description": "Points; may exceed scoreMaximum."},
        "scoreMaximum": {
            "type": ["number", "null"],
            "exclusiveMinimum": 0,
            "description": "Needed with scoreGiven.",
        },
        "comment": _or_null(_text("Plain text for the learner.", most=10_000)),
        "scoringUserId": _text("Who scored.", least=1, most=MAX_ID_LENGTH),
        "submission": {
            "type": ["object", "null"],
            "properties": {
                "startedAt": _or_null(_instant("When the learner began.")),
                "submittedAt": _or_null(_instant("When the learner handed in, not before startedAt.")),
            },
        },
    },
    required=["userId", "activityProgress", "gradingProgress", "timestamp"],
    description="Members that are not known are passed over.",
)
_OUTCOMES: Final = sorted({*_words(ScoreDecision), *_words(GradeDecision)})
_SCORE_ANSWER: Final = _object(
    {
        "resultUrl": _url("Where the learner's result on this line item is."),
        "deliveryId": _text("By which staff of the course find this message.", format="uuid"),
        "outcome": {"type": "string", "enum": _OUTCOMES, "description": "What becomes of the score."},
        "reason": _text("The outcome in a sentence."),
    },
    required=["resultUrl", "deliveryId", "outcome", "reason"],
)

_RESULT: Final = _object(
    {
        "id": _url("Names the result."),
        "scoreOf": _url("The line item's id."),
        "userId": _text("The sub of the learner's launch."),
        "resultScore": {"type": "number", "minimum": 0, "description": "Points; may exceed resultMaximum."},
        "resultMaximum": _POINTS,
        "comment": _text("The last comment."),
        "scoringUserId": _text("Who scored, as the tool said."),
        EXTENSION_DECISION: _object(
            {"code": {"type": "string"}, "reason": {"type": "string"}}, required=["code", "reason"]
        ),
    },
    required=["id", "scoreOf", "userId", "resultScore", "resultMaximum"],
    additionalProperties=False,
)

_ERROR: Final = _object(
    {
        "code": {"type": "string", "enum": _words(ErrorCode), "description": "Stable; tools may branch on it."},
        "message": _text("What is wrong, in words."),
        "pointer": _text("JSON pointer to the member at fault (RFC 6901)."),
        "field": _text("The query parameter at fault."),
        "deliveryId": _text("Of a refused score: by which staff find it.", format="uuid"),
    },
    required=["code", "message"],
)

#: No refusals: the same request may succeed later.
_LATER: Final = (ErrorCode.TOO_MANY_REQUESTS, ErrorCode.TEMPORARILY_UNAVAILABLE)
_TOKEN: Final = _object(
    {
        "access_token": _text("For the header Authorization: Bearer.", least=15),
        "token_type": {"type": "string", "enum": ["Bearer"]},
        "expires_in": {"type": "integer", "minimum": 1, "description": "Seconds."},
        "scope": _text("What the token opens, separated by spaces."),
    },
    required=["access_token", "token_type", "expires_in", "scope"],
    additionalProperties=False,
)
_TOKEN_REFUSAL: Final = _object(
    {
        "error": {"type": "string", "enum": [*_words(TokenError), *_words(_LATER)]},
        "error_description": {"type": "string"},
    },
    required=["error"],
)
_KEY_SET: Final = _object(
    {
        "keys": {
            "type": "array",
            "items": _object(
                {name: {"type": "string"} for name in ("kid", "kty", "n", "e", "alg", "use")},
                required=["kid", "kty", "n", "e", "alg", "use"],
                additionalProperties=False,
            ),
        }
    },
    required=["keys"],
)

COMPONENTS: Final[dict[str, Schema]] = {
    "LineItem": _LINE_ITEM,
    "NewLineItem": _NEW_LINE_ITEM,
    "LineItemReplacement": _REPLACEMENT,
    "Score": _SCORE,
    "ScoreAnswer": _SCORE_ANSWER,
    "Result": _RESULT,
    "Error": _ERROR,
    "TokenAnswer": _TOKEN,
    "TokenRefusal": _TOKEN_REFUSAL,
    "KeySet": _KEY_SET,
}


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}
