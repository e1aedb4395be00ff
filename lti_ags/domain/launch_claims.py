"""
What a launch tells the tool: the claims of the ``id_token``.

Spec: LTI Core 1.3 section 5, https://www.imsglobal.org/spec/lti/v1p3; AGS 2.0 section 3.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lti_ags.constants import LTI_VERSION, MESSAGE_TYPE_RESOURCE_LINK, Claim, Role, Scope
from lti_ags.data import Enrolment

_LINE_ITEM_VARIABLE: Final = "$LineItem.url"
_LINE_ITEMS_VARIABLE: Final = "$LineItems.url"


@dataclass(frozen=True, slots=True)
class AgsEndpoint:
    """
    What the tool may do with grades here, and where (AGS 3.1).

    ``line_item_url``: of the block's line item, None unless there is exactly one (C-04).
    """

    scopes: Sequence[Scope]
    line_items_url: str
    line_item_url: str | None


@dataclass(frozen=True, slots=True)
class LaunchFacts:
    """
    One person opening one block.

    ``name`` and ``email``: None unless the author shares them. ``endpoint``: None for a block that is not graded.
    ``custom``: as the author wrote it. ``document_target``: ``iframe`` or ``window``.
    """

    issuer: str
    client_id: str
    deployment_id: str
    subject: str
    nonce: str
    target_link_uri: str
    resource_link_id: str
    resource_link_title: str
    context_id: str
    context_title: str
    platform_name: str
    roles: Sequence[Role]
    document_target: str
    locale: str
    custom: Mapping[str, str]
    endpoint: AgsEndpoint | None = None
    name: str | None = None
    email: str | None = None


def roles_of(enrolment: Enrolment, *, is_staff: bool) -> tuple[Role, ...]:
    """
    Return the roles of a person who may open the block.

    A member of staff who is enrolled is graded like anyone and therefore a learner as well; one who is not tries the
    tool out, and is marked so that the tool may leave out grades (L-18).
    """
    if enrolment is Enrolment.ENROLLED:
        return (Role.INSTRUCTOR, Role.LEARNER) if is_staff else (Role.LEARNER,)
    return (Role.INSTRUCTOR, Role.TEST_USER) if is_staff else ()


def id_token_claims(facts: LaunchFacts, *, now: datetime, lifetime: timedelta) -> dict[str, Any]:
    """Return the claims of a resource link launch, with nothing in them that is empty or padded with space (L-16)."""
    issued_at = int(now.timestamp())
    claims: dict[str, Any] = {
        "iss": facts.issuer,
        "aud": facts.client_id,
        "sub": facts.subject,
        "iat": issued_at,
        "exp": issued_at + int(lifetime.total_seconds()),
        "nonce": facts.nonce,
        Claim.MESSAGE_TYPE: MESSAGE_TYPE_RESOURCE_LINK,
        Claim.VERSION: LTI_VERSION,
        Claim.DEPLOYMENT_ID: facts.deployment_id,
        Claim.TARGET_LINK_URI: facts.target_link_uri,
        Claim.RESOURCE_LINK: _named(facts.resource_link_id, facts.resource_link_title),
        Claim.CONTEXT: _named(facts.context_id, facts.context_title),
        Claim.ROLES: [role.value for role in facts.roles],
        Claim.TOOL_PLATFORM: _filled({"guid": facts.issuer, "name": facts.platform_name.strip()}),
        Claim.LAUNCH_PRESENTATION: _filled({"document_target": facts.document_target, "locale": facts.locale}),
    }
    claims.update(_filled({"name": (facts.name or "").strip(), "email": (facts.email or "").strip()}))
    custom = _custom(facts.custom, facts.endpoint)
    if custom:
        claims[Claim.CUSTOM] = custom
    if facts.endpoint is not None:
        claims[Claim.AGS_ENDPOINT] = _endpoint(facts.endpoint)
    return {str(name): value for name, value in claims.items()}


def _named(identifier: str, title: str) -> dict[str, str]:
    return _filled({"id": identifier, "title": title.strip()})


def _endpoint(endpoint: AgsEndpoint) -> dict[str, Any]:
    """Return the AGS claim; ``lineitem`` is left out rather than empty (C-04)."""
    claim: dict[str, Any] = {
        "scope": [scope.value for scope in endpoint.scopes],
        "lineitems": endpoint.line_items_url,
    }
    if endpoint.line_item_url is not None:
        claim["lineitem"] = endpoint.line_item_url
    return claim


def _custom(custom: Mapping[str, str], endpoint: AgsEndpoint | None) -> dict[str, str]:
    """Fill in the two variables of AGS 4.4; any other variable is the tool's to read as it stands."""
    known: dict[str, str] = {}
    if endpoint is not None:
        known[_LINE_ITEMS_VARIABLE] = endpoint.line_items_url
        if endpoint.line_item_url is not None:
            known[_LINE_ITEM_VARIABLE] = endpoint.line_item_url
    stripped = {name.strip(): value.strip() for name, value in custom.items()}
    return {name: known.get(value, value) for name, value in stripped.items() if name}


def _filled(members: Mapping[str, str]) -> dict[str, str]:
    """Leave out what is empty."""
    return {name: value for name, value in members.items() if value}
