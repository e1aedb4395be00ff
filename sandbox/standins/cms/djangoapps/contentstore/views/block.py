"""The requests of Studio's front end about one block."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.views.decorators.http import require_GET, require_POST
from opaque_keys.edx.keys import UsageKey

from cms.djangoapps.contentstore.helpers import PasteError, import_staged_content_from_user_clipboard
from cms.djangoapps.contentstore.utils import duplicate_block
from cms.djangoapps.contentstore.views import preview
from cms.djangoapps.contentstore.views.component import load_draft
from cms.djangoapps.contentstore.xblock_storage_handlers import view_handlers
from common.djangoapps.student.auth import has_studio_read_access, has_studio_write_access
from openedx.core.djangoapps.content_staging.api import save_xblock_to_user_clipboard
from xmodule.modulestore.process import as_studio


def _require_write_access(user, usage_key) -> None:
    if not has_studio_write_access(user, usage_key.course_key):
        raise PermissionDenied


@login_required
def xblock_handler(request, usage_key_string=None):
    """Create, duplicate, paste or move (no key, or PATCH), edit (POST, PUT) or delete a block."""
    if request.method == "DELETE":
        key = UsageKey.from_string(usage_key_string)
        _require_write_access(request.user, key)
        view_handlers.delete_xblock(request.user, key)
        return HttpResponse(status=204)
    if request.method not in ("POST", "PUT", "PATCH"):
        return HttpResponseBadRequest("Only GET of a view, POST, PUT, PATCH and DELETE")
    data = json.loads(request.body)
    if "move_source_locator" in data:
        return _move(request.user, data)
    return _edit(request.user, usage_key_string, data) if usage_key_string else _add(request.user, data)


def _edit(user, usage_key_string, data):
    with as_studio():
        block = load_draft(usage_key_string)
    _require_write_access(user, block.location)
    view_handlers.save_xblock(
        user,
        block,
        metadata=data.get("metadata"),
        fields=data.get("fields"),
        nullout=data.get("nullout"),
        publish=data.get("publish"),
        grader_type=data.get("graderType"),
    )
    return JsonResponse({"id": usage_key_string})


def _add(user, data):
    parent = UsageKey.from_string(data["parent_locator"])
    _require_write_access(user, parent)
    if "duplicate_source_locator" in data:
        key = duplicate_block(parent, UsageKey.from_string(data["duplicate_source_locator"]), user)
    elif data.get("staged_content") == "clipboard":
        try:
            key = import_staged_content_from_user_clipboard(parent, user)
        except PasteError as error:
            return JsonResponse({"error": str(error)}, status=400)
        if key is None:
            return JsonResponse({"error": "Your clipboard is empty or invalid."}, status=400)
    else:
        key = view_handlers.create_xblock(parent, user, data["category"], data.get("display_name")).location
    return JsonResponse({"locator": str(key), "courseKey": str(key.course_key)})


def _move(user, data):
    source, target = (UsageKey.from_string(data[name]) for name in ("move_source_locator", "parent_locator"))
    _require_write_access(user, source)
    view_handlers.move_item(source, target, user, data.get("target_index"))
    return JsonResponse({"move_source_locator": str(source), "parent_locator": str(target)})


@login_required
@require_GET
def xblock_view_handler(request, usage_key_string, view_name):
    """Render a view of a block as ``{"html", "resources"}``."""
    with as_studio():
        block = load_draft(usage_key_string)
        if not has_studio_read_access(request.user, block.location.course_key):
            raise PermissionDenied
        if view_name == "studio_view":
            fragment = preview.get_studio_fragment(request.user, block)
        elif view_name in ("author_view", "student_view", "container_preview"):
            fragment = preview.get_preview_fragment(request.user, block)
        else:
            raise Http404("No such view")
    return JsonResponse(preview.fragment_json(fragment))


@login_required
@require_POST
def clipboard(request):
    """Copy a block."""
    with as_studio():
        block = load_draft(json.loads(request.body)["usage_key"])
        if not has_studio_read_access(request.user, block.location.course_key):
            raise PermissionDenied
        save_xblock_to_user_clipboard(block, request.user.id)
    return JsonResponse({"content": {"block_type": block.category, "display_name": block.display_name_with_default}})


@login_required
@require_GET
def container_children(request, usage_key_string):
    """Tell the unit page what is in a unit; a ``validate`` that raises breaks the whole answer."""
    with as_studio():
        unit = load_draft(usage_key_string)
        if not has_studio_read_access(request.user, unit.location.course_key):
            raise PermissionDenied
        children = [
            {
                "name": child.display_name_with_default,
                "block_id": str(child.location),
                "block_type": child.category,
                "validation_messages": preview.validation_messages(child),
            }
            for child in unit.get_children()
        ]
    return JsonResponse({"children": children})
