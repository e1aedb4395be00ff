"""Hands the dates of a published course to edx-when."""

from __future__ import annotations

from edx_when.api import set_dates_for_course
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.django import SignalHandler, modulestore


def extract_dates(sender, course_key, **kwargs) -> None:
    """Store every due and start date that is set on a block itself."""
    store = modulestore()
    with store.branch_setting(ModuleStoreEnum.Branch.published_only, course_key):
        items = [
            (
                block.location,
                {name: getattr(block, name) for name in ("due", "start") if block.fields[name].is_set_on(block)},
            )
            for block in store.get_items(course_key)
        ]
    set_dates_for_course(course_key, [(key, {n: d for n, d in dates.items() if d}) for key, dates in items])


SignalHandler.course_published.connect(extract_dates, dispatch_uid="course_date_signals.extract_dates")
