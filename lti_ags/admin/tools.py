"""Registering tools, saying where authors find them, and seeing how they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lti_ags.admin.confirming import Question, chosen_rows, confirmation_page, is_confirmed
from lti_ags.admin.tool_form import ToolForm, places_from, registration_from
from lti_ags.admin.tool_pages import health_in_short, health_table, registration_table
from lti_ags.models import LtiTool
from lti_ags.security.key_fetching import KeySetUnavailable
from lti_ags.security.key_sets import refetch
from lti_ags.services.tools import change_tool, checked_places, register_tool, set_enabled, set_places

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[LtiTool]
else:
    _ModelAdmin = admin.ModelAdmin


@admin.register(LtiTool)
class LtiToolAdmin(_ModelAdmin):
    """Register, change, enable and disable. A tool is never deleted: what it sent stays."""

    form = ToolForm
    list_display = ("name", "health", "is_enabled", "client_id")
    list_filter = ("is_enabled", "grading_mode_ceiling")
    #: One statement for the health of each.
    list_per_page = 25
    list_max_show_all = 25
    search_fields = ("name", "client_id", "deployment_id", "uuid")
    readonly_fields = ("sheet", "health_details")
    fieldsets = (
        (None, {"fields": ("name", "is_enabled", "grading_mode_ceiling")}),
        (_("Health"), {"fields": ("health_details",)}),
        (_("The tool's side"), {"fields": ("oidc_login_url", "launch_url", "redirect_uris", "jwks_url", "public_key")}),
        (_("Who may use it"), {"fields": ("everywhere", "orgs", "courses")}),
        (_("For the tool's administrator"), {"fields": ("sheet",)}),
    )
    actions = ("check_key_sets", "enable", "disable")

    @admin.display(description=_("health"))
    def health(self, tool: LtiTool) -> SafeString:
        """Show when the tool last came, and how much was refused."""
        return health_in_short(tool)

    @admin.display(description=_("How the tool does"))
    def health_details(self, tool: LtiTool) -> SafeString | str:
        """Show all that is known, once there is a tool."""
        return str(_("Shown when the tool is saved.")) if tool._state.adding else health_table(tool)

    @admin.display(description=_("To type in on the tool's side"))
    def sheet(self, tool: LtiTool) -> SafeString | str:
        """Show the platform's side of the registration, once there is one."""
        return str(_("Shown when the tool is saved.")) if tool._state.adding else registration_table(tool)

    def save_model(self, request: HttpRequest, obj: LtiTool, form: ToolForm, change: bool) -> None:  # noqa: ARG002 - Django's signature
        """Save through the services, and let the page go on with the row that they wrote."""
        registration = registration_from(form.cleaned_data)
        places = checked_places(**places_from(form.cleaned_data))
        with transaction.atomic():
            if change:
                row = change_tool(obj, registration=registration, is_enabled=form.cleaned_data["is_enabled"])
            else:
                row = register_tool(registration)
                set_enabled([row], is_enabled=form.cleaned_data["is_enabled"])
            set_places(row, places=places)
        row.refresh_from_db()
        for field in row._meta.concrete_fields:
            setattr(obj, field.attname, getattr(row, field.attname))

    def has_delete_permission(self, request: HttpRequest, obj: LtiTool | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Disabling cuts a tool off at once; deleting would take its scores along."""
        return False

    @admin.action(description=_("Enable the selected tools"), permissions=["change"])
    def enable(self, request: HttpRequest, tools: QuerySet[LtiTool]) -> None:
        """Let them in again."""
        self._set_enabled(request, tools, is_enabled=True)

    @admin.action(description=_("Disable the selected tools"), permissions=["change"])
    def disable(self, request: HttpRequest, tools: QuerySet[LtiTool]) -> HttpResponse | None:
        """Cut them off at once, tokens that they hold included, after a look at what that means."""
        rows = chosen_rows(request, tools)
        if rows and not is_confirmed(request):
            return confirmation_page(request, self, rows, question=_question(len(rows)))
        self._set_enabled(request, LtiTool.objects.filter(pk__in=[row.pk for row in rows]), is_enabled=False)
        return None

    def _set_enabled(self, request: HttpRequest, tools: QuerySet[LtiTool], *, is_enabled: bool) -> None:
        for tool in tools.exclude(is_enabled=is_enabled):
            self.log_change(request, tool, [{"changed": {"fields": [str(_("is enabled"))]}}])
        count = set_enabled(tools, is_enabled=is_enabled)
        messages.success(request, ngettext("%d tool was changed.", "%d tools were changed.", count) % count)

    @admin.action(description=_("Check the key sets of the selected tools now"), permissions=["change"])
    def check_key_sets(self, request: HttpRequest, tools: QuerySet[LtiTool]) -> None:
        """Show whether the platform reaches a tool's key set, and what it finds there."""
        for tool in tools:
            if not tool.jwks_url:
                messages.info(request, _("%(tool)s has a stored key and no key set.") % {"tool": tool.name})
                continue
            try:
                count = refetch(tool.jwks_url, now=timezone.now())
            except KeySetUnavailable as error:
                told = _("%(tool)s: %(reason)s") % {"tool": tool.name, "reason": error.translated()}
                messages.error(request, told)
            else:
                found = ngettext("%(tool)s: %(count)d usable key.", "%(tool)s: %(count)d usable keys.", count)
                messages.success(request, found % {"tool": tool.name, "count": count})


def _question(count: int) -> Question:
    asked = ngettext("Disable %d tool?", "Disable %d tools?", count) % count
    consequence = _(
        "Learners cannot launch it any more, and it is cut off from its grades at once, with the access tokens that it "
        "holds. What it sent stays, and so do the grades. You can enable it again."
    )
    return Question(title=asked, consequence=str(consequence), button=str(_("Yes, disable")))
