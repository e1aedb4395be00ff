"""
What the platform announces, for receivers of ours to listen to. These functions connect; they decide nothing.

Every function returns whether there is such a signal in this release and process. A receiver takes ``**kwargs``: newer
releases send more. It runs inside somebody else's operation and should only schedule.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

Receiver = Callable[..., Any]


def connect_course_published(receiver: Receiver, *, dispatch_uid: str) -> bool:
    """Call ``receiver(course_key=…)`` when the published branch of a course changed, in the process that did it."""
    return _connect_to_modulestore("course_published", receiver, dispatch_uid)


def connect_course_deleted(receiver: Receiver, *, dispatch_uid: str) -> bool:
    """Call ``receiver(course_key=…)`` when a course was deleted. Nothing is announced about its blocks."""
    return _connect_to_modulestore("course_deleted", receiver, dispatch_uid)


def connect_item_deleted(receiver: Receiver, *, dispatch_uid: str) -> bool:
    """
    Call ``receiver(usage_key=…, user_id=…)`` when an author deleted a block, with all below it.

    The key carries the branch. What is deleted in the draft may still be published, and may come back.
    """
    return _connect_to_modulestore("item_deleted", receiver, dispatch_uid)


def connect_pre_item_delete(receiver: Receiver, *, dispatch_uid: str) -> bool:
    """Call ``receiver(usage_key=…, user_id=…)`` before a block is deleted; newer releases only."""
    return _connect_to_modulestore("pre_item_delete", receiver, dispatch_uid)


def connect_block_duplicated(receiver: Receiver, *, dispatch_uid: str) -> bool:
    """Call ``receiver(xblock_info=…)`` for each duplicated block: ``usage_key`` and ``source_usage_key``. Studio."""
    return _connect_to_event("content_authoring", "XBLOCK_DUPLICATED", receiver, dispatch_uid)


def connect_course_rerun_completed(receiver: Receiver, *, dispatch_uid: str) -> bool:
    """Call ``receiver(course=…)``, with the new key, when a re-run is complete. Studio, newer releases only."""
    return _connect_to_event("content_authoring", "COURSE_RERUN_COMPLETED", receiver, dispatch_uid)


def connect_course_import_completed(receiver: Receiver, *, dispatch_uid: str) -> bool:
    """Call ``receiver(course=…)`` when a course was imported from a file. Studio."""
    return _connect_to_event("content_authoring", "COURSE_IMPORT_COMPLETED", receiver, dispatch_uid)


def connect_enrolment_changed(receiver: Receiver, *, dispatch_uid: str) -> bool:
    """
    Call ``receiver(enrollment=…)`` when a learner enrolled, came back, left, or changed the track.

    ``enrollment`` has ``user.id``, ``course.course_key`` and ``is_active``. One change may be announced twice.
    """
    created = _connect_to_event("learning", "COURSE_ENROLLMENT_CREATED", receiver, dispatch_uid)
    changed = _connect_to_event("learning", "COURSE_ENROLLMENT_CHANGED", receiver, dispatch_uid)
    return created and changed


def connect_user_retired(receiver: Receiver, *, dispatch_uid: str) -> bool:
    """
    Call ``receiver(user=…)`` when the site forgets a user. LMS only.

    It runs in the transaction of that step, and an error of the receiver undoes the step. It may be repeated.
    """
    return _connect("openedx.core.djangoapps.user_api.accounts.signals", "USER_RETIRE_LMS_MISC", receiver, dispatch_uid)


def _connect_to_modulestore(name: str, receiver: Receiver, dispatch_uid: str) -> bool:
    """Connect to one of the modulestore's signals, which are members of a class."""
    return _connect("xmodule.modulestore.django", f"SignalHandler.{name}", receiver, dispatch_uid)


def _connect_to_event(subdomain: str, name: str, receiver: Receiver, dispatch_uid: str) -> bool:
    """Connect to one of the public events of Open edX."""
    return _connect(f"openedx_events.{subdomain}.signals", name, receiver, dispatch_uid)


def _connect(module: str, path: str, receiver: Receiver, dispatch_uid: str) -> bool:
    """Connect to ``module.path`` if there is such a signal."""
    try:
        found: Any = import_module(module)
    except ImportError:
        return False
    for name in path.split("."):
        found = getattr(found, name, None)
    if found is None:
        return False
    # Not weak: a receiver that is made on the spot would be gone with the next garbage collection.
    found.connect(receiver, dispatch_uid=dispatch_uid, weak=False)
    return True
