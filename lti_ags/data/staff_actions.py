"""What staff do to grades, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lti_ags.data.grades import Points


@dataclass(frozen=True, slots=True)
class GradeFacts:
    """
    What tells whether an action of staff changes a learner's grade in a block.

    ``is_outdated``: the block has another tool by now, or another block has taken its place. ``held``: what the
    gradebook holds. ``ours``: the values in it that would be ours. ``override``: what staff are known to have set.
    ``score_decisions``: of the learner's scores on the live line items of the block.
    """

    is_outdated: bool
    held: Points | None
    ours: tuple[Points, ...]
    override: Points | None
    has_final_score: bool
    score_decisions: frozenset[str]


@dataclass(frozen=True, slots=True)
class ActionOutlook:
    """What an action would do to the chosen grades: how many it changes, and for the others how many by reason."""

    total: int
    changes: int
    left_alone: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """
    How far an action for many learners is: ``done`` of ``total``, and what became of those.

    ``left_alone``, ``failed``: how many by ``ActionReason``. ``is_stalled``: nobody works on it now, though it is not
    finished. ``on_their_way``, ``refused``: of the grades that are done, how many still wait for the gradebook, and how
    many it refuses.
    """

    uuid: str
    action: str
    total: int
    done: int
    changed: int
    left_alone: Mapping[str, int]
    failed: Mapping[str, int]
    is_finished: bool
    is_stalled: bool
    on_their_way: int
    refused: int
