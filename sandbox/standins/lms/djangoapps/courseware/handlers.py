"""XBlock handlers over HTTP. They ask neither for a login nor for enrolment, and run in no transaction."""

from __future__ import annotations

import mimetypes

from django.db import transaction
from django.http import Http404, HttpResponse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.exceptions import DisallowedFileError, NoSuchHandlerError

from common.djangoapps.xblock_django.request import django_to_webob_request, webob_to_django_response
from lms.djangoapps.courseware.block_render import get_block
from lms.djangoapps.courseware.model_data import FieldDataCache
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.exceptions import ItemNotFoundError
from xmodule.modulestore.runtime import block_class


@transaction.non_atomic_requests
@xframe_options_exempt
def handle_xblock_callback(request, course_id, usage_id, handler, suffix=None):
    """Call a handler for the user of the session, whoever that is."""
    return _invoke_xblock_handler(request, course_id, usage_id, handler, suffix)


@csrf_exempt
@transaction.non_atomic_requests
@xframe_options_exempt
def handle_xblock_callback_noauth(request, course_id, usage_id, handler, suffix=None):
    """Call a handler for a third party; nobody is known."""
    request.user.known = False
    return _invoke_xblock_handler(request, course_id, usage_id, handler, suffix)


def _invoke_xblock_handler(request, course_id, usage_id, handler, suffix):
    try:
        course_key = CourseKey.from_string(course_id)
        usage_key = UsageKey.from_string(usage_id).map_into_course(course_key)
    except InvalidKeyError as error:
        raise Http404("No such course or block") from error
    try:
        item = modulestore().get_item(usage_key)
    except ItemNotFoundError as error:
        raise Http404("No such block") from error
    cache = FieldDataCache.cache_for_block_descendents(course_key, request.user, item)
    block = get_block(request.user, request, usage_key, cache)
    if block is None:
        raise Http404("No such block, or not for this user")
    try:
        answer = block.handle(handler, django_to_webob_request(request), suffix or "")
    except NoSuchHandlerError as error:
        raise Http404("No such handler") from error
    return webob_to_django_response(answer)


def xblock_resource(request, block_type, uri):
    """Serve a file that belongs to a block's class."""
    try:
        content = block_class(block_type).open_local_resource(uri)
    except (DisallowedFileError, FileNotFoundError, IsADirectoryError, StopIteration) as error:
        # StopIteration: how importlib of Python 3.12.1 says that a package without the folder has no such file.
        raise Http404("No such resource") from error
    with content:
        return HttpResponse(content.read(), content_type=mimetypes.guess_type(uri)[0] or "application/octet-stream")
