"""What another LTI component of the platform, the block ``lti_consumer``, has stored about a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConsumerTool:
    """
    The tool of a block there, as far as its settings tell; what is not set is empty.

    ``client_id`` is shared by blocks with the same passport. Where both ``jwks_url`` and ``public_key`` are set,
    ``key_mode`` says which counts; ``key_holder`` says in words where they were read.
    """

    name: str
    client_id: str
    oidc_login_url: str
    launch_url: str
    redirect_uris: tuple[str, ...]
    jwks_url: str
    public_key: str
    key_mode: str = ""
    key_holder: str = ""

    @property
    def keys_in_words(self) -> str:
        """What the tool's keys are, where there are any, and where they were read."""
        return (f"the key set {self.jwks_url}" if self.jwks_url else "a public key") + f", which {self.key_holder}"


@dataclass(frozen=True, slots=True)
class ConsumerBlock:
    """One block there. ``problem``: in a sentence, why it cannot be taken over; empty otherwise."""

    id: int
    usage_key: str
    tool: ConsumerTool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ConsumerLineItem:
    """One line item there. ``resource_link_id``: a usage key, or None for an item that is linked to no block."""

    id: int
    resource_link_id: str | None
    resource_id: str
    tag: str
    label: str
    score_maximum: float
    start_date_time: datetime | None
    end_date_time: datetime | None


@dataclass(frozen=True, slots=True)
class ConsumerScore:
    """The last score of a learner there. ``user_id``: the learner's external id; points as the tool sent them."""

    user_id: str
    timestamp: datetime
    activity_progress: str
    grading_progress: str
    score_given: float | None
    score_maximum: float | None
    comment: str


@dataclass(frozen=True, slots=True)
class ImportedBlock:
    """
    What became of one block there.

    ``usage_key`` there and ``target`` here, None where there is none yet. ``tool_uuid``: None without a registration;
    ``registered``: what it was registered with now, by what it is; empty for one that was registered before. ``new``
    and ``known`` count line items and scores that were taken over now and before. ``refused`` counts scores by the
    reason. ``notes``: whole sentences on the tool, on what was left out, and what to do. ``addresses``: the ids of line
    items there, and what the tool calls them here.
    """

    usage_key: str
    target: str | None = None
    tool_uuid: str | None = None
    registered: Mapping[str, str] = field(default_factory=dict)
    new_line_items: int = 0
    known_line_items: int = 0
    new_scores: int = 0
    known_scores: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    addresses: Mapping[int, str] = field(default_factory=dict)
