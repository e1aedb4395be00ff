"""Registering tools, and saying where each may be used."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from opaque_keys.edx.locator import LibraryLocator

from lti_ags.edx_platform import ccx_base
from lti_ags.exceptions import MalformedRequest
from lti_ags.models import LtiTool, LtiToolAvailability
from lti_ags.models.fields import digest_of
from lti_ags.models.tools import new_identifier
from lti_ags.services.registrations import Registration, checked_identifier, checked_registration

MAX_PLACE_LENGTH: Final = 255


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tool may be used: an organisation, a course, or with both empty the whole site."""

    org: str = ""
    course_key: str = ""


def register_tool(
    typed: Registration, *, places: Iterable[Place] = (), client_id: str = "", deployment_id: str = ""
) -> LtiTool:
    """
    Register a tool, to be used in ``places``, as ``checked_places`` returned them. Ids that are empty are made up.

    Raises:
        MalformedRequest: names the field; nothing is stored.
    """
    registration = checked_registration(typed)
    client_id = checked_identifier(client_id or new_identifier(), field="client_id")
    deployment_id = checked_identifier(deployment_id or new_identifier(), field="deployment_id")
    with transaction.atomic():
        try:
            with transaction.atomic():
                tool = LtiTool.objects.create(
                    client_id=client_id, deployment_id=deployment_id, **_columns(registration)
                )
        except IntegrityError as error:
            message = _("A tool with this client_id or deployment_id is registered already.")
            raise MalformedRequest(message, field="client_id") from error
        _add_places(tool, places)
    return tool


def change_tool(tool: LtiTool, *, registration: Registration, is_enabled: bool) -> LtiTool:
    """
    Change a registration. ``client_id`` and ``deployment_id`` stay for ever.

    A tool that is disabled is cut off at once: its access tokens are looked at with the tool on each request.

    Raises:
        MalformedRequest: names the field; nothing is stored.
    """
    registration = checked_registration(registration)
    with transaction.atomic():
        row = LtiTool.objects.select_for_update().get(pk=tool.pk)
        for name, value in _columns(registration).items():
            setattr(row, name, value)
        row.is_enabled = is_enabled
        row.save()
    return row


def set_enabled(tools: Iterable[LtiTool], *, is_enabled: bool) -> int:
    """Enable or disable tools, and return how many changed."""
    keys = [tool.pk for tool in tools]
    with transaction.atomic():
        return LtiTool.objects.filter(pk__in=keys).exclude(is_enabled=is_enabled).update(is_enabled=is_enabled)


def make_available(
    tool: LtiTool, *, everywhere: bool = False, orgs: Iterable[str] = (), courses: Iterable[object] = ()
) -> None:
    """
    Let authors of these places use the tool; the places it has stay.

    Raises:
        MalformedRequest: an organisation or a course key cannot be one.
    """
    places = checked_places(everywhere=everywhere, orgs=orgs, courses=courses)
    with transaction.atomic():
        _add_places(tool, places)


def set_places(tool: LtiTool, *, places: Iterable[Place]) -> None:
    """Make these, as ``checked_places`` returned them, the only places where the tool may be used."""
    wanted = set(places)
    with transaction.atomic():
        for row in LtiToolAvailability.objects.filter(tool=tool):
            if _place(row) not in wanted:
                row.delete()
        _add_places(tool, wanted)


def places_of(tool: LtiTool) -> list[Place]:
    """Return the places where the tool may be used, in a stable order."""
    rows = LtiToolAvailability.objects.filter(tool=tool).order_by("org", "course_key")
    return [_place(row) for row in rows]


def tools_named(name: str) -> list[LtiTool]:
    """Return the tools that an operator may mean: by UUID, by client id, or by name."""
    wanted = Q(client_id=name) | Q(name=name)
    with suppress(ValueError):
        wanted |= Q(uuid=UUID(name))
    return list(LtiTool.objects.filter(wanted).order_by("name", "pk"))


def tools_of_course(course_key: object) -> list[LtiTool]:
    """Return the enabled tools that may be used in a course, by name."""
    rows = LtiToolAvailability.objects.filter(place_digest__in=_digests_of_course(course_key))
    tools = LtiTool.objects.filter(is_enabled=True, pk__in=rows.values("tool_id"))
    return sorted(tools, key=lambda tool: (tool.name.casefold(), tool.pk))


def count_own_tools(course_key: object) -> int:
    """Return how many tools, enabled or not, may be used in a course by its own name, and not by its organisation's."""
    return LtiToolAvailability.objects.filter(place_digest=_digest(Place(course_key=str(course_key)))).count()


def is_available(tool: LtiTool, *, course_key: object) -> bool:
    """Tell whether a tool may be used in a course as long as it is enabled."""
    digests = _digests_of_course(course_key)
    return LtiToolAvailability.objects.filter(tool=tool, place_digest__in=digests).exists()


def registration_of(tool: LtiTool) -> Registration:
    """Return the registration as it is stored."""
    return Registration(**{field.name: getattr(tool, field.name) for field in fields(Registration)})


def checked_places(
    *, everywhere: bool = False, orgs: Iterable[str] = (), courses: Iterable[object] = ()
) -> list[Place]:
    """
    Check where a tool shall be used: nowhere, if nothing is said.

    Raises:
        MalformedRequest: names ``orgs`` or ``courses``.
    """
    places = [Place()] if everywhere else []
    places += [Place(org=_checked_org(org)) for org in orgs]
    places += [Place(course_key=_checked_course(course)) for course in courses]
    return list(dict.fromkeys(places))


def _checked_org(org: str) -> str:
    org = org.strip()
    if not 1 <= len(org) <= MAX_PLACE_LENGTH or not org.isprintable():
        message = _("An organisation must have 1 to {limit} characters.")
        raise MalformedRequest(message.format(limit=MAX_PLACE_LENGTH), field="orgs")
    return org


def _checked_course(course: object) -> str:
    text = str(course).strip()
    try:
        key = CourseKey.from_string(text)
    except InvalidKeyError as error:
        message = _("{text} is not a course key.")
        raise MalformedRequest(message.format(text=repr(text[:80])), field="courses") from error
    text = str(key)
    if len(text) > MAX_PLACE_LENGTH or isinstance(key, LibraryLocator):
        message = _("{text} is not the key of a course run.")
        raise MalformedRequest(message.format(text=repr(text[:80])), field="courses")
    return text


def _columns(registration: Registration) -> dict[str, Any]:
    return {**asdict(registration), "redirect_uris": list(registration.redirect_uris)}


def _place(row: LtiToolAvailability) -> Place:
    return Place(org=row.org, course_key=row.course_key)


def _digest(place: Place) -> str:
    return digest_of(LtiToolAvailability(org=place.org, course_key=place.course_key).place)


def _digests_of_course(course_key: object) -> list[str]:
    """Return the digests of the places that a course is part of. A CCX has those of the course it is made of."""
    key = CourseKey.from_string(str(course_key))
    course = ccx_base(key) or key
    return [_digest(place) for place in (Place(), Place(org=str(course.org)), Place(course_key=str(course)))]


def _add_places(tool: LtiTool, places: Iterable[Place]) -> None:
    for place in places:
        LtiToolAvailability.objects.get_or_create(
            tool=tool, place_digest=_digest(place), defaults={"org": place.org, "course_key": place.course_key}
        )
