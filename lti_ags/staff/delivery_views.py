"""Finding a score message by the id that the tool was told."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from opaque_keys.edx.keys import CourseKey

from lti_ags.models import LtiAgsDelivery
from lti_ags.services.staff_timelines import delivery_entry, find_delivery, grade_of_delivery
from lti_ags.staff.access import refusal_of
from lti_ags.staff.pages import staff_page


@never_cache
@require_safe
def search_deliveries(request: HttpRequest) -> HttpResponse:
    """
    Lead to the learner whom a message is about, or show the message where it led to no grade.

    Somebody else's message is as unknown as one that never was: nobody can find out which ids there are.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    text = request.GET.get("delivery", "").strip()
    delivery = find_delivery(text) if text else None
    course_key = None if delivery is None else _course_of(delivery)
    if delivery is None or course_key is None or refusal_of(request, course_key) is not None:
        message = _("None of your courses has a message with this id.") if text else ""
        return staff_page(request, "deliveries.html", {"text": text[:200], "message": message})
    grade = grade_of_delivery(delivery)
    configuration = None if delivery.line_item is None else delivery.line_item.lti_configuration
    if grade is not None and configuration is not None and configuration.replaced_at is None:
        names = {"block_uuid": configuration.uuid, "grade_id": grade.pk}
        url = reverse("lti_ags:staff-learner", kwargs=names)
        return HttpResponseRedirect(f"{url}#delivery-{delivery.uuid}")
    context = {"text": text, "entry": delivery_entry(delivery), "course_key": str(course_key)}
    return staff_page(request, "deliveries.html", context)


def _course_of(delivery: LtiAgsDelivery) -> CourseKey | None:
    """Return the course whose staff may see a message; None where the tool had no right to what it named."""
    return None if delivery.context is None else delivery.context.course_key
