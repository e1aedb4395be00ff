"""Messages of a small course, for the document."""

from __future__ import annotations

from typing import Any, Final

from lti_ags.constants import EXTENSION_DECISION

_BASE: Final = "https://lms.example/api/lti_ags/v1"
_LEARNER: Final = "5b6a1c1e-8f0a-4a53-9a5e-0f2f6f3f8d11"
_LINK: Final = "block-v1:DemoX+AGS+2026+type@lti_ags+block@lab"

NEW_LINE_ITEM: Final[dict[str, Any]] = {
    "label": "Lab report 2: pendulum",
    "scoreMaximum": 20,
    "resourceId": "lab-2",
    "tag": "report",
    "resourceLinkId": _LINK,
    "endDateTime": "2026-05-03T22:00:00Z",
    "https://tool.example/rubric": {"levels": 4},
}
LINE_ITEM: Final[dict[str, Any]] = {"id": f"{_BASE}/line_items/12", **NEW_LINE_ITEM}
SCORE: Final[dict[str, Any]] = {
    "userId": _LEARNER,
    "scoreGiven": 17.5,
    "scoreMaximum": 20,
    "activityProgress": "Completed",
    "gradingProgress": "FullyGraded",
    "timestamp": "2026-05-02T14:03:07.250Z",
    "comment": "A careful estimate of the error. Say where g = 9.81 comes from.",
    "submission": {"startedAt": "2026-05-02T12:40:00.000Z", "submittedAt": "2026-05-02T13:55:00.000Z"},
}
PROGRESS: Final[dict[str, Any]] = {
    "userId": _LEARNER,
    "activityProgress": "Submitted",
    "gradingProgress": "PendingManual",
    "timestamp": "2026-05-02T13:55:00.000Z",
}
SCORE_ANSWER: Final[dict[str, Any]] = {
    "resultUrl": f"{_BASE}/line_items/12/results?user_id={_LEARNER}",
    "deliveryId": "0d0f7f0c-6c43-4a04-a0c8-6f0c4f0f8c55",
    "outcome": "queued",
    "reason": "The score is stored and on its way to the gradebook.",
}
RESULT: Final[dict[str, Any]] = {
    "id": f"{_BASE}/line_items/12/results/41",
    "scoreOf": f"{_BASE}/line_items/12",
    "userId": _LEARNER,
    "resultScore": 17.5,
    "resultMaximum": 20,
    "comment": SCORE["comment"],
    EXTENSION_DECISION: {"code": "published", "reason": "The grade is in the gradebook."},
}
KEY_SET: Final[dict[str, Any]] = {
    "keys": [
        {
            "kid": "pJ0v6mJ7Wm0o3v0G2k1S8cQyB7n9dR4tU5xZ1aL2eHk",
            "kty": "RSA",
            "n": "sXch2Yq0",
            "e": "AQAB",
            "alg": "RS256",
            "use": "sig",
        }
    ]
}
TOKEN_ANSWER: Final[dict[str, Any]] = {
    "access_token": "opaque-to-the-tool",
    "token_type": "Bearer",
    "expires_in": 3600,
    "scope": "https://purl.imsglobal.org/spec/lti-ags/scope/score",
}
TOKEN_REFUSAL: Final[dict[str, Any]] = {
    "error": "invalid_scope",
    "error_description": "None of the requested scopes can be granted.",
}
REFUSALS: Final[dict[int, dict[str, Any]]] = {
    400: {"code": "missing_member", "message": "label is missing.", "pointer": "/label"},
    401: {"code": "invalid_token", "message": "This token is not valid any more."},
    403: {"code": "insufficient_scope", "message": "To post scores, the access token needs the scope .../score."},
    404: {"code": "not_found", "message": "There is no such line item for this tool."},
    409: {
        "code": "stale_score",
        "message": "timestamp must be later than that of the score on record.",
        "pointer": "/timestamp",
    },
    413: {"code": "request_too_large", "message": "The body must not be larger than 262144 bytes."},
    415: {"code": "unsupported_media_type", "message": "Content-Type must be application/json; got 'text/plain'."},
    429: {"code": "too_many_requests", "message": "Request was throttled."},
    503: {"code": "temporarily_unavailable", "message": "The learning platform does not answer at the moment."},
}
