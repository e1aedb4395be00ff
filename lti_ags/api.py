"""
What other apps of an Open edX site may call.

These functions, values and errors, the signals of ``lti_ags.signals``, the settings, the URLs and the decision codes
are the public API: whatever else the package holds may change without notice. Functions take keyword arguments after
the first, answer with frozen values, and may be called in LMS, Studio and workers alike. Keys are taken as text or as
keys, and given as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags.constants import ActivityProgress, GradeDecision, GradingMode, GradingProgress, ScoreDecision
from lti_ags.data import BlockSummary, GradeSummary, Points, ScoreSummary, ToolSummary
from lti_ags.edx_platform.keys import course_key_of, usage_key_of
from lti_ags.exceptions import BlockNotFound, LtiAgsError, MalformedRequest, NotFound, PermanentPlatformError
from lti_ags.services import registration_sheets as sheets
from lti_ags.services import retention, summaries, tools
from lti_ags.services.registration_sheets import RegistrationSheet
from lti_ags.services.registrations import Registration
from lti_ags.services.replay import Selection, want_selected
from lti_ags.services.scheduling import schedule_sweep

__all__ = [
    "ActivityProgress",
    "BlockSummary",
    "GradeDecision",
    "GradeSummary",
    "GradingMode",
    "GradingProgress",
    "LtiAgsError",
    "MalformedRequest",
    "NotFound",
    "Points",
    "RegistrationSheet",
    "ScoreDecision",
    "ScoreSummary",
    "ToolSummary",
    "erase_learner",
    "list_scores",
    "list_tools",
    "make_tool_available",
    "read_block",
    "read_grade",
    "register_tool",
    "registration_sheet",
    "republish_grades",
    "set_tool_enabled",
]


def read_block(usage_key: UsageKey | str) -> BlockSummary | None:
    """
    Read what the site knows of a block: its tool, its grading mode, how many of its grades are still on their way.

    Returns:
        None where no tool was ever chosen in the block, or it was never published.

    Raises:
        MalformedRequest: ``usage_key`` is not one.
    """
    return summaries.summarize_block(_usage_key(usage_key))


def read_grade(usage_key: UsageKey | str, *, user_id: int) -> GradeSummary | None:
    """
    Read a learner's grade in a block, and what became of it in plain words.

    Arguments:
        user_id: primary key of the platform's user.

    Returns:
        None as long as the block's tool has said nothing about the learner.

    Raises:
        MalformedRequest: ``usage_key`` is not one.
    """
    return summaries.summarize_grade(_usage_key(usage_key), user_id=user_id)


def list_scores(usage_key: UsageKey | str, *, user_id: int | None = None) -> Iterator[ScoreSummary]:
    """
    List what the block's tool said last about its learners, one value for each learner and line item.

    Scores of staff who tried the tool out are among them. Rows are read as they are asked for, oldest first.

    Arguments:
        user_id: of one learner only.

    Raises:
        MalformedRequest: ``usage_key`` is not one.
    """
    return summaries.summarize_scores(_usage_key(usage_key), user_id=user_id)


def republish_grades(
    *,
    user_id: int | None = None,
    usage_key: UsageKey | str | None = None,
    course_key: CourseKey | str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """
    Have grades worked out and published again, in the background. What is left out does not narrow the choice.

    Arguments:
        since, until: aware; grades that last changed at or after, and before.

    Returns:
        How many grades are due again.

    Raises:
        MalformedRequest: a key is not one, a time has no zone, or nothing was chosen at all.
    """
    selection = Selection(
        user_id=user_id,
        location=None if usage_key is None else _usage_key(usage_key),
        course_key=None if course_key is None else _course_key(course_key),
        since=_aware(since, "since"),
        until=_aware(until, "until"),
    )
    if selection == Selection():
        raise MalformedRequest("Say which grades: user_id, usage_key, course_key, since or until.")
    done = max(want_selected(selection, now=timezone.now()), default=0)
    if done:
        schedule_sweep()
    return done


def erase_learner(*, user_id: int) -> None:
    """
    Erase everything that is stored about a user, as the platform's retirement does; it may be repeated.

    The grades in the gradebook are the platform's and stay.
    """
    retention.erase_user(user_id)


def register_tool(
    *,
    name: str,
    oidc_login_url: str,
    launch_url: str,
    redirect_uris: Sequence[str] = (),
    jwks_url: str = "",
    public_key: str = "",
    ceiling: GradingMode | str = GradingMode.PROGRAMMATIC,
    everywhere: bool = False,
    orgs: Iterable[str] = (),
    courses: Iterable[CourseKey | str] = (),
) -> RegistrationSheet:
    """
    Register an LTI 1.3 tool, and say where authors may use it: nowhere yet without one of the last three.

    Arguments:
        redirect_uris: all to which a launch may be sent, compared exactly; the launch URL where empty.
        jwks_url, public_key: exactly one of them; the key as PEM, JSON Web Key or key set.
        ceiling: the most that an author may let the tool do.

    Returns:
        What the tool's administrator must type in on their side.

    Raises:
        MalformedRequest: ``field`` names the argument; nothing is stored.
    """
    registration = Registration(name, oidc_login_url, launch_url, redirect_uris, jwks_url, public_key, ceiling)
    places = tools.checked_places(everywhere=everywhere, orgs=orgs, courses=courses)
    try:
        tool = tools.register_tool(registration, places=places)
    except MalformedRequest as error:
        field = "ceiling" if error.field == "grading_mode_ceiling" else error.field
        raise MalformedRequest(error.message, field=field) from error
    return sheets.registration_sheet(tool)


def registration_sheet(tool_uuid: UUID | str) -> RegistrationSheet:
    """
    Tell once more what the administrator of a registered tool must type in on their side.

    Raises:
        MalformedRequest: ``tool_uuid`` is not a UUID.
        NotFound: no such tool is registered.
    """
    return sheets.registration_sheet(summaries.registered_tool(_uuid(tool_uuid)))


def list_tools(course_key: CourseKey | str) -> tuple[ToolSummary, ...]:
    """
    List the enabled tools that authors of a course may choose, by name.

    Raises:
        MalformedRequest: ``course_key`` is not one.
    """
    return summaries.summarize_tools(_course_key(course_key))


def make_tool_available(
    tool_uuid: UUID | str,
    *,
    everywhere: bool = False,
    orgs: Iterable[str] = (),
    courses: Iterable[CourseKey | str] = (),
) -> None:
    """
    Let authors of these places use a tool; the places that it has stay.

    Raises:
        MalformedRequest: ``field`` names the argument; nothing is stored.
        NotFound: no such tool is registered.
    """
    tool = summaries.registered_tool(_uuid(tool_uuid))
    tools.make_available(tool, everywhere=everywhere, orgs=orgs, courses=courses)


def set_tool_enabled(tool_uuid: UUID | str, *, is_enabled: bool) -> bool:
    """
    Switch a tool on or off. A tool that is off is cut off at once: launches, tokens and requests are refused.

    Returns:
        Whether that changed anything.

    Raises:
        MalformedRequest: ``tool_uuid`` is not a UUID.
        NotFound: no such tool is registered.
    """
    return bool(tools.set_enabled([summaries.registered_tool(_uuid(tool_uuid))], is_enabled=is_enabled))


def _usage_key(key: UsageKey | str) -> UsageKey:
    """Return the key of a block without branch and version, as our tables have it."""
    try:
        return usage_key_of(key)
    except BlockNotFound as error:
        message = f"usage_key is {str(key)[:80]!r}; expected the key of a block in a course."
        raise MalformedRequest(message, field="usage_key") from error


def _course_key(key: CourseKey | str) -> CourseKey:
    try:
        return course_key_of(key)
    except PermanentPlatformError as error:
        message = f"course_key is {str(key)[:80]!r}; expected the key of a course run."
        raise MalformedRequest(message, field="course_key") from error


def _uuid(tool_uuid: UUID | str) -> UUID:
    try:
        return UUID(str(tool_uuid))
    except ValueError as error:
        raise MalformedRequest(f"tool_uuid is {str(tool_uuid)[:80]!r}; expected a UUID.", field="tool_uuid") from error


def _aware(moment: datetime | None, field: str) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise MalformedRequest(f"{field} is {moment!r}; expected a time with a zone.", field=field)
    return moment
