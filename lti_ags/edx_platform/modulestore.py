"""Reading courses from the modulestore, always from the published branch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opaque_keys.edx.keys import CourseKey


@contextmanager
def published_branch(course_key: CourseKey) -> Iterator[Any]:
    """
    Give the modulestore, reading what is published, whatever this process reads by default.

    Studio reads drafts, and the LMS does on hosts that are set up for previews. The setting belongs to the thread:
    do not yield to a caller in between.
    """
    from xmodule.modulestore import ModuleStoreEnum
    from xmodule.modulestore.django import modulestore

    store = modulestore()
    with store.branch_setting(ModuleStoreEnum.Branch.published_only, course_key):
        yield store
