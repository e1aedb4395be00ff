"""
The settings of the app and their defaults, for every kind of installation.

The comments are Open edX's annotations: ``make lint`` checks them and the docs are made from them. edx-platform calls
``plugin_settings`` before a site's YAML file is read, so whatever the site says there wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lti_ags.constants import PublishMode, ToolAdder

DEFAULTS: Final[Mapping[str, Any]] = {
    # --- Publication
    # .. setting_name: LTI_AGS_PUBLISH
    # .. setting_default: "celery"
    # .. setting_description: Where grades are published: "celery" in a task; "inline" in the process that took the
    #   score, right after its transaction; "manual" only when lti_ags_publish_pending runs.
    "LTI_AGS_PUBLISH": PublishMode.CELERY.value,
    # .. setting_name: LTI_AGS_CELERY_QUEUE
    # .. setting_default: None
    # .. setting_description: The queue for the messages that ask for publication; with None they go to the default
    #   queue of the LMS. A queue that no worker listens to publishes nothing.
    "LTI_AGS_CELERY_QUEUE": None,
    # .. setting_name: LTI_AGS_LMS_QUEUE
    # .. setting_default: "edx.lms.core.default"
    # .. setting_description: The queue to which Studio sends those messages when LTI_AGS_CELERY_QUEUE is None, as only
    #   the LMS publishes grades.
    "LTI_AGS_LMS_QUEUE": "edx.lms.core.default",
    # .. setting_name: LTI_AGS_LEASE_SECONDS
    # .. setting_default: 120
    # .. setting_description: How long a publisher holds a grade before another may take it. Tasks are told to stop at
    #   70 % of it and ended at 85 %. Longer than the LMS ever takes for one grade; after a crash a grade waits this
    #   long.
    "LTI_AGS_LEASE_SECONDS": 120,
    # .. setting_name: LTI_AGS_RETRY_BASE_SECONDS
    # .. setting_default: 10
    # .. setting_description: The pause before the second attempt of a publication that failed for a while; it doubles
    #   with each attempt.
    "LTI_AGS_RETRY_BASE_SECONDS": 10,
    # .. setting_name: LTI_AGS_RETRY_MAX_SECONDS
    # .. setting_default: 3600
    # .. setting_description: The longest pause between two attempts.
    "LTI_AGS_RETRY_MAX_SECONDS": 3600,
    # .. setting_name: LTI_AGS_SWEEP_INTERVAL_SECONDS
    # .. setting_default: 60
    # .. setting_description: At most one sweep in this time looks for overdue grades when scores come in.
    "LTI_AGS_SWEEP_INTERVAL_SECONDS": 60,
    # .. setting_name: LTI_AGS_SWEEP_BATCH
    # .. setting_default: 50
    # .. setting_description: How many overdue grades one task takes along.
    "LTI_AGS_SWEEP_BATCH": 50,
    # --- Trust
    # .. setting_name: LTI_AGS_ISSUER
    # .. setting_default: None
    # .. setting_description: The platform's name in tokens (iss); with None it is LMS_ROOT_URL. Tools know the platform
    #   by it: to change it means to register the platform anew at each of them.
    "LTI_AGS_ISSUER": None,
    # .. setting_name: LTI_AGS_TOKEN_KEYS
    # .. setting_default: ()
    # .. setting_description: Secrets for access tokens, launch hints and page links, newest first, the same in LMS and
    #   Studio; each has 24 characters or more. The first one signs, all of them verify. When empty, one is derived from
    #   SECRET_KEY.
    "LTI_AGS_TOKEN_KEYS": (),
    # .. setting_name: LTI_AGS_ENCRYPTION_KEYS
    # .. setting_default: ()
    # .. setting_description: Secrets that encrypt the platform's private keys in the database, newest first; each has
    #   24 characters or more. The first one encrypts, all of them decrypt. When empty, one is derived from SECRET_KEY.
    "LTI_AGS_ENCRYPTION_KEYS": (),
    # .. setting_name: LTI_AGS_TOKEN_LIFETIME_SECONDS
    # .. setting_default: 3600
    # .. setting_description: How long an access token is good for.
    "LTI_AGS_TOKEN_LIFETIME_SECONDS": 3600,
    # .. setting_name: LTI_AGS_ASSERTION_AUDIENCES
    # .. setting_default: ()
    # .. setting_description: Further strings that the aud of a client assertion may hold, beside the token URL: for
    #   tools that were told another address of this site.
    "LTI_AGS_ASSERTION_AUDIENCES": (),
    # .. setting_name: LTI_AGS_CLOCK_SKEW_SECONDS
    # .. setting_default: 60
    # .. setting_description: How far the clocks of a tool and of this site may differ when times in assertions are
    #   judged.
    "LTI_AGS_CLOCK_SKEW_SECONDS": 60,
    # .. setting_name: LTI_AGS_ASSERTION_MAX_AGE_SECONDS
    # .. setting_default: 600
    # .. setting_description: The oldest iat that a client assertion may have.
    "LTI_AGS_ASSERTION_MAX_AGE_SECONDS": 600,
    # .. setting_name: LTI_AGS_ASSERTION_MAX_LIFETIME_SECONDS
    # .. setting_default: 3600
    # .. setting_description: The longest time from iat to exp that a client assertion may have. Used identifiers are
    #   remembered as long.
    "LTI_AGS_ASSERTION_MAX_LIFETIME_SECONDS": 3600,
    # .. setting_name: LTI_AGS_HINT_LIFETIME_SECONDS
    # .. setting_default: 300
    # .. setting_description: How long a launch may take from its start to the tool's answer.
    "LTI_AGS_HINT_LIFETIME_SECONDS": 300,
    # .. setting_name: LTI_AGS_ID_TOKEN_LIFETIME_SECONDS
    # .. setting_default: 300
    # .. setting_description: How long the tool may take to accept the message of a launch.
    "LTI_AGS_ID_TOKEN_LIFETIME_SECONDS": 300,
    # .. setting_name: LTI_AGS_FRAME_ANCESTORS
    # .. setting_default: ()
    # .. setting_description: Origins, besides the LMS and its learning front end, in whose pages a launch may be shown;
    #   as https://host or https://*.host.
    "LTI_AGS_FRAME_ANCESTORS": (),
    # .. setting_name: LTI_AGS_KEY_OVERLAP_SECONDS
    # .. setting_default: 604800
    # .. setting_description: How long a rotated key stays in the key set after its last signature.
    "LTI_AGS_KEY_OVERLAP_SECONDS": 7 * 24 * 3600,
    # .. setting_name: LTI_AGS_JWKS_MAX_AGE_SECONDS
    # .. setting_default: 3600
    # .. setting_description: How long tools may keep the platform's key set. A new key waits this long before it signs.
    "LTI_AGS_JWKS_MAX_AGE_SECONDS": 3600,
    # --- Key sets of tools
    # .. setting_name: LTI_AGS_TOOL_KEYS_CONNECT_TIMEOUT
    # .. setting_default: 3.0
    # .. setting_description: Seconds for connecting to the server of a tool's key set.
    "LTI_AGS_TOOL_KEYS_CONNECT_TIMEOUT": 3.0,
    # .. setting_name: LTI_AGS_TOOL_KEYS_READ_TIMEOUT
    # .. setting_default: 5.0
    # .. setting_description: Seconds that this server may be silent.
    "LTI_AGS_TOOL_KEYS_READ_TIMEOUT": 5.0,
    # .. setting_name: LTI_AGS_TOOL_KEYS_TOTAL_TIMEOUT
    # .. setting_default: 8.0
    # .. setting_description: Seconds for the whole of it, redirects included.
    "LTI_AGS_TOOL_KEYS_TOTAL_TIMEOUT": 8.0,
    # .. setting_name: LTI_AGS_TOOL_KEYS_MAX_BYTES
    # .. setting_default: 262144
    # .. setting_description: The largest key set that is read.
    "LTI_AGS_TOOL_KEYS_MAX_BYTES": 256 * 1024,
    # .. setting_name: LTI_AGS_TOOL_KEYS_MIN_CACHE_SECONDS
    # .. setting_default: 60
    # .. setting_description: A key set is kept at least this long, whatever its server says.
    "LTI_AGS_TOOL_KEYS_MIN_CACHE_SECONDS": 60,
    # .. setting_name: LTI_AGS_TOOL_KEYS_DEFAULT_CACHE_SECONDS
    # .. setting_default: 3600
    # .. setting_description: How long a key set is kept whose server does not say.
    "LTI_AGS_TOOL_KEYS_DEFAULT_CACHE_SECONDS": 3600,
    # .. setting_name: LTI_AGS_TOOL_KEYS_MAX_CACHE_SECONDS
    # .. setting_default: 86400
    # .. setting_description: A key set is kept at most this long, so that a withdrawn key is refused in the end.
    "LTI_AGS_TOOL_KEYS_MAX_CACHE_SECONDS": 24 * 3600,
    # .. setting_name: LTI_AGS_TOOL_KEYS_STALE_SECONDS
    # .. setting_default: 86400
    # .. setting_description: How much longer an old key set serves while its server does not answer.
    "LTI_AGS_TOOL_KEYS_STALE_SECONDS": 24 * 3600,
    # .. setting_name: LTI_AGS_TOOL_KEYS_RETRY_SECONDS
    # .. setting_default: 30
    # .. setting_description: The least time between two requests for one key set, be it that a fetch failed or that a
    #   key is unknown.
    "LTI_AGS_TOOL_KEYS_RETRY_SECONDS": 30,
    # .. setting_name: LTI_AGS_TOOL_KEYS_MAX_CONCURRENT_FETCHES
    # .. setting_default: 2
    # .. setting_description: How many requests may wait for one key server at the same time; the others make do with
    #   the keys that are known.
    "LTI_AGS_TOOL_KEYS_MAX_CONCURRENT_FETCHES": 2,
    # .. setting_name: LTI_AGS_ALLOW_PRIVATE_ADDRESSES
    # .. setting_default: False
    # .. setting_description: Whether tools may live at plain http and private addresses. For trying things out: with
    #   it, whoever registers a tool can make this server ask machines of its own network.
    "LTI_AGS_ALLOW_PRIVATE_ADDRESSES": False,
    # --- Studio
    # .. setting_name: LTI_AGS_TOOLS_ADDED_BY
    # .. setting_default: "course_admins"
    # .. setting_description: Who may add a tool to their own course in Studio: "course_admins", who may appoint others
    #   there; "authors", everybody who may edit the course; or "nobody" but the site's operators. Such a tool is for
    #   that course alone, and adding it fetches the tool's key set.
    "LTI_AGS_TOOLS_ADDED_BY": ToolAdder.COURSE_ADMINS.value,
    # .. setting_name: LTI_AGS_TOOL_ADDING_RATE
    # .. setting_default: "20/hour"
    # .. setting_description: How often one user may try to add a tool in Studio, as number/second, number/min,
    #   number/hour or number/day; empty for no limit. Forms with other faults do not count, as nothing is fetched.
    "LTI_AGS_TOOL_ADDING_RATE": "20/hour",
    # .. setting_name: LTI_AGS_MAX_TOOLS_PER_COURSE
    # .. setting_default: 50
    # .. setting_description: With how many tools of its own, those of the operator for this course included, a course
    #   gets no more in Studio.
    "LTI_AGS_MAX_TOOLS_PER_COURSE": 50,
    # --- Requests
    # .. setting_name: LTI_AGS_FUTURE_TOLERANCE_SECONDS
    # .. setting_default: 300
    # .. setting_description: How far ahead of this site's clock the timestamp of a score may be.
    "LTI_AGS_FUTURE_TOLERANCE_SECONDS": 300,
    # .. setting_name: LTI_AGS_MAX_BODY_BYTES
    # .. setting_default: 262144
    # .. setting_description: The largest body of a request.
    "LTI_AGS_MAX_BODY_BYTES": 256 * 1024,
    # .. setting_name: LTI_AGS_MAX_JSON_DEPTH
    # .. setting_default: 20
    # .. setting_description: How deep objects and arrays of a body may be nested.
    "LTI_AGS_MAX_JSON_DEPTH": 20,
    # .. setting_name: LTI_AGS_MAX_COMMENT_LENGTH
    # .. setting_default: 10000
    # .. setting_description: The longest comment of a score, in characters.
    "LTI_AGS_MAX_COMMENT_LENGTH": 10_000,
    # .. setting_name: LTI_AGS_MAX_EXTENSIONS_LENGTH
    # .. setting_default: 20000
    # .. setting_description: The longest text of a line item's extension members, as JSON, in characters.
    "LTI_AGS_MAX_EXTENSIONS_LENGTH": 20_000,
    # .. setting_name: LTI_AGS_MAX_LINE_ITEMS_PER_CONTEXT
    # .. setting_default: 200000
    # .. setting_description: How many live line items a tool may have in a course. A copy that would bring more starts
    #   without them, and the log says so.
    "LTI_AGS_MAX_LINE_ITEMS_PER_CONTEXT": 200_000,
    # .. setting_name: LTI_AGS_LINE_ITEMS_PAGE_SIZE
    # .. setting_default: 100
    # .. setting_description: Line items on a page when the tool names no limit.
    "LTI_AGS_LINE_ITEMS_PAGE_SIZE": 100,
    # .. setting_name: LTI_AGS_RESULTS_PAGE_SIZE
    # .. setting_default: 1000
    # .. setting_description: Results on a page when the tool names no limit.
    "LTI_AGS_RESULTS_PAGE_SIZE": 1000,
    # .. setting_name: LTI_AGS_MAX_PAGE_SIZE
    # .. setting_default: 1000
    # .. setting_description: The most on a page, whatever the tool asks for.
    "LTI_AGS_MAX_PAGE_SIZE": 1000,
    # .. setting_name: LTI_AGS_TOKEN_RATE
    # .. setting_default: "6000/min"
    # .. setting_description: How many access tokens a tool may ask for, as number/second, number/min, number/hour or
    #   number/day; empty for no limit.
    "LTI_AGS_TOKEN_RATE": "6000/min",
    # .. setting_name: LTI_AGS_TOOL_RATE
    # .. setting_default: "12000/min"
    # .. setting_description: How many requests with a token a tool may make, in the same form.
    "LTI_AGS_TOOL_RATE": "12000/min",
    # --- Retention
    # .. setting_name: LTI_AGS_DELIVERY_RETENTION_DAYS
    # .. setting_default: 180
    # .. setting_description: How long lti_ags_prune leaves records of received score messages.
    "LTI_AGS_DELIVERY_RETENTION_DAYS": 180,
    # .. setting_name: LTI_AGS_EVENT_RETENTION_DAYS
    # .. setting_default: 730
    # .. setting_description: How long lti_ags_prune leaves the history of grades, and the bulk actions of staff.
    "LTI_AGS_EVENT_RETENTION_DAYS": 730,
}

#: All of our addresses, as ``LtiAgsConfig.plugin_app`` places them.
UNTRACKED_URLS: Final = r"^/api/lti_ags/v1/"


def plugin_settings(settings: Any) -> None:
    """Give each setting of ours its default, so that a site sees what there is to set."""
    for name, default in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, default)
    keep_out_of_tracking_log(settings)


def keep_out_of_tracking_log(settings: Any) -> None:
    """
    Leave our addresses out of the platform's log of requests, which holds the beginning of each form that is sent.

    Tools send assertions to them and browsers the members of launches, which are nobody's to read afterwards.
    """
    patterns = list(getattr(settings, "TRACKING_IGNORE_URL_PATTERNS", [UNTRACKED_URLS]))
    if UNTRACKED_URLS not in patterns:
        settings.TRACKING_IGNORE_URL_PATTERNS = [*patterns, UNTRACKED_URLS]
