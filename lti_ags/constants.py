"""
The names and values that the specifications fix, and the choices and codes of our own.

Nothing here computes anything. A scope, a media type or a claim is written once in the project: here.

Spec: AGS 2.0, https://www.imsglobal.org/spec/lti-ags/v2p0; LTI Core 1.3; 1EdTech Security Framework 1.0.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """What an access token may open (AGS 3.1, 3.2, 3.3.2, 3.4.2)."""

    LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
    LINE_ITEM_READONLY = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
    RESULT_READONLY = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
    SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


class MediaType(StrEnum):
    """The vendor media types of AGS resources (AGS 3.2.1, 3.3.4, 3.4)."""

    LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
    LINE_ITEM_CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"
    RESULT_CONTAINER = "application/vnd.ims.lis.v2.resultcontainer+json"
    SCORE = "application/vnd.ims.lis.v1.score+json"
    JSON = "application/json"


class Claim(StrEnum):
    """Claims of LTI messages (LTI Core 5.3, 5.4; AGS 3.1)."""

    MESSAGE_TYPE = "https://purl.imsglobal.org/spec/lti/claim/message_type"
    VERSION = "https://purl.imsglobal.org/spec/lti/claim/version"
    DEPLOYMENT_ID = "https://purl.imsglobal.org/spec/lti/claim/deployment_id"
    TARGET_LINK_URI = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri"
    RESOURCE_LINK = "https://purl.imsglobal.org/spec/lti/claim/resource_link"
    ROLES = "https://purl.imsglobal.org/spec/lti/claim/roles"
    CONTEXT = "https://purl.imsglobal.org/spec/lti/claim/context"
    CUSTOM = "https://purl.imsglobal.org/spec/lti/claim/custom"
    TOOL_PLATFORM = "https://purl.imsglobal.org/spec/lti/claim/tool_platform"
    LAUNCH_PRESENTATION = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation"
    AGS_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"


class Role(StrEnum):
    """Roles of the LTI vocabularies that a launch may carry (LTI Core A.2)."""

    LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
    INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
    TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


LTI_VERSION: Final = "1.3.0"
MESSAGE_TYPE_RESOURCE_LINK: Final = "LtiResourceLinkRequest"
CLIENT_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class ActivityProgress(StrEnum):
    """How far the learner is (AGS 3.4.7); case-sensitive."""

    INITIALIZED = "Initialized"
    STARTED = "Started"
    IN_PROGRESS = "InProgress"
    SUBMITTED = "Submitted"
    COMPLETED = "Completed"


class GradingProgress(StrEnum):
    """How far the grading is (AGS 3.4.8); case-sensitive."""

    FULLY_GRADED = "FullyGraded"
    PENDING = "Pending"
    PENDING_MANUAL = "PendingManual"
    FAILED = "Failed"
    NOT_READY = "NotReady"


class GradingMode(StrEnum):
    """The two choices of the Tool Grading Configuration."""

    DECLARATIVE = "declarative"
    PROGRAMMATIC = "programmatic"


class MergePolicy(StrEnum):
    """How the scores of several line items linked to one block become one grade (ADR 0001)."""

    LATEST = "latest"
    AVERAGE = "average"
    HIGHEST = "highest"
    TOTAL = "total"


class MissingItems(StrEnum):
    """What a linked line item without a final score means for ``average`` and ``total``."""

    LEAVE_OUT = "leave_out"
    COUNT_AS_ZERO = "count_as_zero"


class LatePolicy(StrEnum):
    """What happens to a score for work that was submitted after the learner's due date."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    ASK = "ask"


class OverridePolicy(StrEnum):
    """What happens to a tool's score when somebody changed the problem's score in the LMS."""

    KEEP = "keep"
    RAISE = "raise"
    REPLACE = "replace"


class ReleasePolicy(StrEnum):
    """When a tool's score reaches the learner: at once, or when it is released."""

    AT_ONCE = "at_once"
    HOLD = "hold"


class ScoreDecision(StrEnum):
    """What became of a score (its own part; the block's grade has a ``GradeDecision``)."""

    CONTRIBUTES = "contributes"
    CLEARED = "cleared"
    NOT_FINAL = "not_final"
    UNLINKED = "unlinked"
    LATE_REFUSED = "late_refused"
    LATE_HELD = "late_held"
    NOT_RELEASED = "not_released"
    SUPERSEDED_ITEM = "superseded_item"


class GradeDecision(StrEnum):
    """What became of the one grade of a learner in a block. ``NOTHING``: no score contributes, and none ever did."""

    NOTHING = ""
    QUEUED = "queued"
    PUBLISHED = "published"
    CLEARED = "cleared"
    OVERRIDE_KEPT = "override_kept"
    NOT_ENROLLED = "not_enrolled"
    STAFF_TRIAL = "staff_trial"
    BLOCK_MISSING = "block_missing"
    BLOCK_NOT_GRADED = "block_not_graded"
    GRADES_FROZEN = "grades_frozen"
    RETRYING = "retrying"
    FAILED = "failed"


class EventKind(StrEnum):
    """What an entry in the history of a grade tells."""

    DECIDED = "decided"
    PUBLISHED = "published"
    FAILED = "failed"
    CHANGED_BY_STAFF = "changed_by_staff"
    STAFF_ACTION = "staff_action"


class StaffAction(StrEnum):
    """What the course's staff may do to grades on our pages, for one learner or for many."""

    USE_TOOLS_GRADE = "use_tools_grade"
    KEEP_STAFFS_SCORE = "keep_staffs_score"
    ACCEPT_LATE = "accept_late"
    RELEASE = "release"
    CLEAR = "clear"
    PUBLISH_AGAIN = "publish_again"


#: In the history of a grade beside the actions of staff: the operator restored a backup, and said so.
AFTER_RESTORE: Final = "after_restore"


class ActionReason(StrEnum):
    """Why an action of staff left a grade as it is; the last three: why it failed."""

    ALREADY_TOOLS = "already_tools"
    NO_TOOLS_GRADE = "no_tools_grade"
    NOTHING_HELD = "nothing_held"
    ALREADY_STAFFS = "already_staffs"
    NOTHING_LATE = "nothing_late"
    NOTHING_TO_RELEASE = "nothing_to_release"
    NOTHING_TO_CLEAR = "nothing_to_clear"
    OUTDATED = "outdated"
    GONE = "gone"
    PLATFORM_AWAY = "platform_away"
    PLATFORM_REFUSES = "platform_refuses"
    UNEXPECTED = "unexpected"


class PublishMode(StrEnum):
    """Where publication runs: a Celery task, this process after commit, or only when a command asks for it."""

    CELERY = "celery"
    INLINE = "inline"
    MANUAL = "manual"


class ToolAdder(StrEnum):
    """Who may register a tool for one course in Studio, besides the site's operators."""

    NOBODY = "nobody"
    COURSE_ADMINS = "course_admins"
    AUTHORS = "authors"


class ErrorCode(StrEnum):
    """
    The stable ``code`` of an error body. Tools may branch on it; a code is never renamed.

    The token endpoint answers with the codes of RFC 6749 section 5.2 (``TokenError``), and with the last two of these
    where RFC 6749 has none.
    """

    INVALID_TOKEN = "invalid_token"  # noqa: S105 - an error code, not a secret
    MISSING_TOKEN = "missing_token"  # noqa: S105 - an error code, not a secret
    INSUFFICIENT_SCOPE = "insufficient_scope"
    NOT_FOUND = "not_found"
    MODE_FORBIDS = "grading_mode_forbids"
    PLATFORM_ITEM = "platform_line_item"
    SUPERSEDED_ITEM = "superseded_item"
    RESOURCE_LINK_NOT_FOUND = "resource_link_not_found"
    MALFORMED_JSON = "malformed_json"
    INVALID_MEMBER = "invalid_member"
    MISSING_MEMBER = "missing_member"
    IMMUTABLE_MEMBER = "immutable_member"
    INVALID_PARAMETER = "invalid_parameter"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    REQUEST_TOO_LARGE = "request_too_large"
    STALE_SCORE = "stale_score"
    CONFLICTING_SCORE = "conflicting_score"
    FUTURE_TIMESTAMP = "future_timestamp"
    UNKNOWN_USER = "unknown_user"
    NOT_IN_COURSE = "not_in_course"
    TOO_MANY_LINE_ITEMS = "too_many_line_items"
    TOO_MANY_REQUESTS = "too_many_requests"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"


class TokenError(StrEnum):
    """The error codes of the token endpoint (RFC 6749 section 5.2)."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_SCOPE = "invalid_scope"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"


#: Members of our own in answers are named by URLs under this one (AGS 3.1.2 allows fully qualified names only).
EXTENSION_PREFIX: Final = "https://openedx.org/lti-ags/"
EXTENSION_DECISION: Final = EXTENSION_PREFIX + "decision"

#: Lengths in characters. ``resourceId``, ``tag``: OpenAPI document of AGS; ids: LTI Core 5.3; ``label``: our own.
MAX_LABEL_LENGTH: Final = 1000
MAX_RESOURCE_ID_LENGTH: Final = 256
MAX_TAG_LENGTH: Final = 256
MAX_ID_LENGTH: Final = 255
