"""XBlock handlers in Studio."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.clickjacking import xframe_options_exempt
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey
from xblock.exceptions import NoSuchHandlerError

from cms.djangoapps.contentstore.utils import load_services_for_studio
from common.djangoapps.student.auth import has_studio_write_access
from common.djangoapps.xblock_django.request import django_to_webob_request, webob_to_django_response
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.exceptions import ItemNotFoundError
from xmodule.modulestore.process import as_studio

log = logging.getLogger(__name__)


def load_draft(usage_key_string):
    """Load a block's draft, or answer 404."""
    try:
        return modulestore().get_item(UsageKey.from_string(usage_key_string))
    except (InvalidKeyError, ItemNotFoundError) as error:
        raise Http404("No such block") from error


@login_required
@xframe_options_exempt
def component_handler(request, usage_key_string, handler, suffix=""):
    """
    Call a handler for whoever is logged in, and store the block afterwards, whatever the handler did or answered.

    For somebody without rights in the course the handler runs as well; only the storing is left out.
    """
    with as_studio():
        block = load_draft(usage_key_string)
        load_services_for_studio(block.runtime, request.user)
        try:
            answer = block.handle(handler, django_to_webob_request(request), suffix or "")
        except NoSuchHandlerError:
            log.info("%s has no handler %s", usage_key_string, handler)
            return HttpResponse(status=404)
        if has_studio_write_access(request.user, block.location.course_key):
            modulestore().update_item(block, request.user.id)
    return webob_to_django_response(answer)
