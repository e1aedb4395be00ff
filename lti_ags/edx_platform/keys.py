"""
Keys as the published course names them.

Keys arrive as text from our own tables and as key objects from the platform's signals, some of them with the branch
that they were read from. The platform stores scores, dates and enrolments under keys without one.
"""

from __future__ import annotations

from typing import Any

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags.exceptions import BlockNotFound, PermanentPlatformError


def usage_key_of(key: UsageKey | str) -> UsageKey:
    """
    Return the key of a block in a course, without branch and version. The key of a CCX stays one.

    Raises:
        BlockNotFound: this names no block of a course, so no course has it.
    """
    try:
        # Typed loosely: branches are known only to the keys of courses, which have no common class.
        parsed: Any = UsageKey.from_string(key) if isinstance(key, str) else key
        if parsed.context_key.is_course:
            bare: UsageKey = parsed.for_branch(None).version_agnostic()
            return bare
    except InvalidKeyError as error:
        raise BlockNotFound(f"{key!s:.300} is not the key of a block") from error
    raise BlockNotFound(f"{key!s:.300} is not in a course")


def course_key_of(key: CourseKey | str) -> CourseKey:
    """
    Return the key of a course run, without branch and version.

    Raises:
        PermanentPlatformError: this names no course run. A library is none, though Studio shows blocks in it.
    """
    try:
        parsed: Any = CourseKey.from_string(key) if isinstance(key, str) else key
        if parsed.is_course:
            bare: CourseKey = parsed.for_branch(None).version_agnostic()
            return bare
    except InvalidKeyError as error:
        raise PermanentPlatformError(f"{key!s:.300} is not the key of a course") from error
    raise PermanentPlatformError(f"{key!s:.300} is a library")


def ccx_base(key: CourseKey | UsageKey) -> Any:
    """Return the key that a course within a course (CCX), or a block of one, has in its base; None for any other."""
    for name in ("to_block_locator", "to_course_locator"):
        convert = getattr(key, name, None)
        if convert is not None:
            return convert()
    return None
