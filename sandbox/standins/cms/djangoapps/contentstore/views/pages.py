"""Studio's pages: courses, an outline, a unit, and the editor of one block."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_exempt
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from cms.djangoapps.contentstore.helpers import PasteError, import_staged_content_from_user_clipboard
from cms.djangoapps.contentstore.utils import duplicate_block
from cms.djangoapps.contentstore.views import preview
from cms.djangoapps.contentstore.views.component import load_draft
from cms.djangoapps.contentstore.xblock_storage_handlers import view_handlers
from common.djangoapps.student.auth import has_studio_read_access, has_studio_write_access
from openedx.core.djangoapps.content_staging.api import save_xblock_to_user_clipboard
from openedx.core.djangoapps.content_staging.models import UserClipboard
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.process import as_studio


@login_required
def home(request):
    """List the courses that the user may author."""
    with as_studio():
        found = [course for course in modulestore().get_courses() if has_studio_read_access(request.user, course.id)]
    return render(request, "cms/home.html", {"courses": found})


@login_required
def course_outline(request, course_id):
    """Show the draft of a course, down to its units."""
    try:
        course_key = CourseKey.from_string(course_id)
    except InvalidKeyError as error:
        raise Http404("No such course") from error
    if not has_studio_read_access(request.user, course_key):
        raise PermissionDenied
    with as_studio():
        course = modulestore().get_course(course_key)
        if course is None:
            raise Http404("No such course")
        return render(request, "cms/outline.html", {"course": course, "outline": _outline(course)})


def _outline(block):
    below = block.get_children() if block.category in ("course", "chapter", "sequential") else []
    return {"block": block, "children": [_outline(child) for child in below]}


@login_required
def container(request, usage_key_string):
    """Show a unit with previews, and do what the author's buttons say."""
    with as_studio():
        unit = load_draft(usage_key_string)
        if not has_studio_write_access(request.user, unit.location.course_key):
            raise PermissionDenied
        error = _act(request, unit) if request.method == "POST" else ""
        if request.method == "POST" and not error:
            return redirect("container", usage_key_string=usage_key_string)
        return render(request, "cms/unit.html", _unit_context(request, unit, error), status=400 if error else 200)


def _unit_context(request, unit, error):
    store = modulestore()
    course = store.get_course(unit.location.course_key)
    children = unit.get_children()
    return {
        "unit": unit,
        "course": course,
        "error": error,
        "changed": not store.has_published_version(unit) or store.has_changes(unit),
        "types": course.advanced_modules,
        "clipboard": UserClipboard.objects.filter(user=request.user).first(),
        "children": [
            {
                "block": child,
                "messages": preview.validation_messages(child),
                "fragment": preview.get_preview_fragment(request.user, child),
            }
            for child in children
        ],
    }


def _act(request, unit) -> str:
    """Do one thing to the unit or to a block in it; return what went wrong, in words."""
    user, action = request.user, request.POST.get("action", "")
    if action == "add":
        view_handlers.create_xblock(unit.location, user, request.POST["category"])
    elif action == "publish":
        view_handlers.publish_xblock(user, unit.location)
    elif action == "discard":
        view_handlers.discard_changes(user, unit.location)
    elif action == "paste":
        try:
            import_staged_content_from_user_clipboard(unit.location, user)
        except PasteError as error:
            return str(error)
    elif action in ("duplicate", "delete", "copy"):
        key = UsageKey.from_string(request.POST["block"])
        if key not in unit.children:
            raise Http404("No such block in this unit")
        _act_on_block(user, unit, key, action)
    else:
        return "Studio does not know this action."
    return ""


def _act_on_block(user, unit, key, action) -> None:
    if action == "duplicate":
        duplicate_block(unit.location, key, user)
    elif action == "delete":
        view_handlers.delete_xblock(user, key)
    else:
        save_xblock_to_user_clipboard(modulestore().get_item(key), user.id)


@login_required
@xframe_options_exempt
def xblock_edit_view(request, usage_key_string):
    """Show the editor of one block on a page of its own, which may stand in a frame."""
    with as_studio():
        block = load_draft(usage_key_string)
        if not has_studio_write_access(request.user, block.location.course_key):
            raise PermissionDenied
        context = {
            # Not "block": inside a template's blocks that name is Django's own.
            "component": block,
            "unit": modulestore().get_parent_location(block.location),
            "fragment": preview.get_studio_fragment(request.user, block),
        }
        return render(request, "cms/edit.html", context)
