"""What the page of a tool shows besides its form: how it does, and what its own administrator needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lti_ags.models import LtiTool
from lti_ags.services.registration_sheets import labelled_values, registration_sheet
from lti_ags.services.tool_health import ToolHealth, health_of, key_set_of


def health_in_short(tool: LtiTool) -> SafeString:
    """Return the health of a tool for a list: in words, and in as few as there are things to say."""
    health = health_of(tool.pk)
    if health.token_at is None and not health.accepted and not health.refused:
        return format_html("{}", _("Has not been heard of"))
    lines = [_("Last token: %(when)s") % {"when": _moment(health.token_at)}]
    lines += [_("Last score: %(when)s") % {"when": _moment(health.score_at)}]
    if health.refused:
        lines += [_("Refused: %(counts)s") % {"counts": _counts(health)}]
    return format_html_join("", '<div style="white-space: nowrap">{}</div>', ((line,) for line in lines))


def health_table(tool: LtiTool) -> SafeString:
    """Return all that is known of how a tool does."""
    return _table(_health_rows(tool))


def registration_table(tool: LtiTool) -> SafeString:
    """Return the platform's side of a registration, each value to be marked and copied."""
    rows = labelled_values(registration_sheet(tool))
    return _table((label, format_html("<code>{}</code>", value)) for label, value in rows)


def _health_rows(tool: LtiTool) -> Iterator[tuple[str, str]]:
    health = health_of(tool.pk)
    yield _("Last access token"), _moment(health.token_at)
    yield _("Last score that was taken"), _moment(health.score_at)
    yield _("Refused messages"), _counts(health)
    yield _("Last refusal"), _last_refusal(health)
    yield _("Key set"), _key_set(tool)


def _last_refusal(health: ToolHealth) -> str:
    refusal = health.last_refusal
    if refusal is None:
        return _("none")
    deliveries = reverse("admin:lti_ags_ltiagsdelivery_changelist")
    return format_html(
        '<code>{}</code>, {}, <a href="{}?q={}">{}</a>',
        refusal.code,
        _moment(refusal.received_at),
        deliveries,
        refusal.delivery_uuid,
        _("show the delivery"),
    )


def _key_set(tool: LtiTool) -> str:
    known = key_set_of(tool)
    if known is None:
        return _("A stored key; there is no key set to be reached.")
    if known.failed_at is not None and known.failed_at > (known.fetched_at or 0.0):
        failed = datetime.fromtimestamp(known.failed_at, tz=UTC)
        return _("Could not be reached at %(when)s.") % {"when": _moment(failed)}
    if known.fetched_at is None:
        return _("Not fetched lately. The action “Check the key sets” in the list of tools fetches it.")
    fetched = datetime.fromtimestamp(known.fetched_at, tz=UTC)
    told = ngettext("%(count)d usable key, fetched %(when)s", "%(count)d usable keys, fetched %(when)s", known.count)
    return told % {"count": known.count, "when": _moment(fetched)}


def _counts(health: ToolHealth) -> str:
    total = health.accepted + health.refused
    told = ngettext("%(refused)s of the last %(total)s message", "%(refused)s of the last %(total)s messages", total)
    return told % {"refused": number_format(health.refused), "total": number_format(total)}


def _moment(moment: datetime | None) -> str:
    """Return a time in the operator's zone, or that there is none."""
    return _("not known") if moment is None else date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _table(rows: Iterator[tuple[str, str]]) -> SafeString:
    body = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', rows)
    return format_html("<table>{}</table>", body)
