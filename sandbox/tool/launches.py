"""One launch: who came from where, and what the platform lets the tool do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.contrib.django.launch_data_storage.cache import DjangoCacheDataStorage
from pylti1p3.contrib.django.message_launch import DjangoMessageLaunch
from pylti1p3.contrib.django.oidc_login import DjangoOIDCLogin
from pylti1p3.message_launch import MessageLaunch

from sandbox.tool.registrations import read_registrations

CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
AGS_ENDPOINT: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_PREFIX: Final = "lti1p3-launch-"


@dataclass(frozen=True)
class Launch:
    """A launch that the library has accepted. ``number`` is the part of its id that is ours to show in addresses."""

    number: str
    claims: dict[str, Any]
    message: MessageLaunch[Any, Any, Any, Any]

    @property
    def endpoint(self) -> dict[str, Any]:
        """The AGS claim; empty where the block is not graded."""
        return dict(self.claims.get(AGS_ENDPOINT, {}))

    @property
    def is_graded(self) -> bool:
        """Whether the platform takes scores for this launch."""
        return f"{SCOPE}score" in self.endpoint.get("scope", [])

    @property
    def manages_line_items(self) -> bool:
        """Whether the tool may create and delete line items."""
        return f"{SCOPE}lineitem" in self.endpoint.get("scope", [])

    @property
    def learner(self) -> str:
        """The platform's id for the person who came."""
        return str(self.claims["sub"])

    @property
    def resource_link_id(self) -> str:
        """The platform's id for the place in the course from which the person came."""
        return str(self.claims[f"{CLAIM}resource_link"]["id"])

    @property
    def title(self) -> str:
        """What the platform calls that place."""
        return str(self.claims[f"{CLAIM}resource_link"].get("title") or "Quiz")

    @property
    def grades(self) -> AssignmentsGradesService:
        """The library's client of the platform's grade services."""
        return self.message.get_ags()


def begin_login(request: HttpRequest) -> DjangoOIDCLogin:
    """Return the library's half of a login; nonces go into the cache, as frames may lose cookies."""
    return DjangoOIDCLogin(request, read_registrations(), launch_data_storage=DjangoCacheDataStorage())


def accept_launch(request: HttpRequest) -> Launch:
    """
    Check a launch message and remember it.

    Raises:
        LtiException: it is not a valid launch from a platform that we know.
    """
    message = DjangoMessageLaunch(request, read_registrations(), launch_data_storage=DjangoCacheDataStorage())
    claims = message.get_launch_data()
    return Launch(message.get_launch_id().removeprefix(_PREFIX), dict(claims), message)


def find_launch(request: HttpRequest, number: str) -> Launch:
    """
    Return a launch of the last day.

    Raises:
        LtiException: there is none of this number.
    """
    message = DjangoMessageLaunch.from_cache(
        _PREFIX + number, request, read_registrations(), launch_data_storage=DjangoCacheDataStorage()
    )
    return Launch(number, dict(message.get_launch_data()), message)
