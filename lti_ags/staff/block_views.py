"""The page of a block: where its learners' grades stand, and the same as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lti_ags.models import LtiConfiguration
from lti_ags.staff.access import for_block_staff
from lti_ags.staff.pages import staff_page


@never_cache
@require_safe
@for_block_staff
def show_block(request: HttpRequest, configuration: LtiConfiguration) -> HttpResponse:
    """Show where the learners' grades in a block stand, problems first."""
    return staff_page(request, "block.html", {"block": configuration})
