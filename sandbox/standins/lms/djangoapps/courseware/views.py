"""The pages of a course."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBadRequest, HttpResponseForbidden, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import ensure_csrf_cookie
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from common.djangoapps.student.models import CourseEnrollment
from lms.djangoapps.course_blocks.api import get_course_blocks
from lms.djangoapps.courseware.access import has_access
from lms.djangoapps.courseware.block_render import get_block_for_descriptor
from lms.djangoapps.courseware.model_data import FieldDataCache
from lms.djangoapps.grades.api import CourseGradeFactory
from sandbox.gradebook import gradebook
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.exceptions import ItemNotFoundError


def _course_key(course_id):
    try:
        key = CourseKey.from_string(course_id)
    except InvalidKeyError as error:
        raise Http404("No such course") from error
    if modulestore().get_course(key) is None:
        raise Http404("No such course")
    return key


def _may_enter(user, course_key) -> bool:
    return CourseEnrollment.is_enrolled(user, course_key) or bool(has_access(user, "staff", course_key))


def courses(request):
    """List the courses."""
    found = [
        {"key": course.id, "title": course.display_name, "open": _may_enter(request.user, course.id)}
        for course in modulestore().get_courses()
    ]
    return render(request, "lms/courses.html", {"courses": found})


@login_required
def course_home(request, course_id):
    """Show the outline: sections, subsections, and links to the units."""
    course_key = _course_key(course_id)
    if not _may_enter(request.user, course_key):
        raise Http404("Not in this course")
    blocks = get_course_blocks(request.user, modulestore().make_course_usage_key(course_key))

    def outline(key):
        block = blocks[key]
        return {"block": block, "children": [outline(child) for child in block.children if child in blocks]}

    context = {
        "course_key": course_key,
        "outline": outline(blocks.root),
        "staff": bool(has_access(request.user, "staff", course_key)),
    }
    return render(request, "lms/course.html", context)


def jump_to(request, course_id, location):
    """Go to the page of a block."""
    return redirect("render_xblock", usage_key_string=location)


@xframe_options_exempt
@ensure_csrf_cookie
def render_xblock(request, usage_key_string):
    """Show one block, for learners of the course and its staff; it may stand in a frame."""
    view = request.GET.get("view", "student_view")
    if view not in ("student_view", "public_view"):
        return HttpResponseBadRequest(f"Rendering of the xblock view '{view}' is not supported.")
    try:
        usage_key = UsageKey.from_string(usage_key_string)
        item = modulestore().get_item(usage_key)
    except (InvalidKeyError, ItemNotFoundError) as error:
        raise Http404("No such block") from error
    course_key = usage_key.course_key
    if not _may_enter(request.user, course_key):
        raise Http404("Not in this course")
    cache = FieldDataCache.cache_for_block_descendents(course_key, request.user, item)
    block = get_block_for_descriptor(request.user, request, item, cache, course_key)
    if block is None:
        raise Http404("Not for this user")
    _bind_children(block, request, cache, course_key)
    fragment = block.render(view, {})
    request.session["last_block"] = usage_key_string
    # Not "block": inside a template's blocks that name is Django's own.
    return render(request, "lms/xblock.html", {"fragment": fragment, "component": block, "course_key": course_key})


def _bind_children(block, request, cache, course_key) -> None:
    """Let the children that a container renders be those of the same learner."""
    load = block.runtime.get_block

    def get_bound(usage_id, for_parent=None):
        child = load(usage_id, for_parent)
        get_block_for_descriptor(request.user, request, child, cache, course_key)
        child.clear_child_cache()
        return child

    block.runtime.get_block = get_bound
    # Children that were looked at before are kept, and they are nobody's.
    block.clear_child_cache()


@login_required
def gradebook_page(request, course_id):
    """Show every learner's grades, to staff of the course."""
    course_key = _course_key(course_id)
    if not has_access(request.user, "staff", course_key):
        return HttpResponseForbidden("Requires staff access.")
    return render(request, "lms/gradebook.html", {"course_key": course_key, "gradebook": gradebook(course_key)})


def course_grades_api(request, course_id):
    """Tell the course grade of a learner: to the learner, and to staff of the course."""
    from django.contrib.auth import get_user_model

    course_key = _course_key(course_id)
    username = request.GET.get("username", "")
    learner = get_user_model().objects.filter(username=username).first()
    if request.user.is_anonymous:
        return JsonResponse({"detail": "Authentication credentials were not provided."}, status=401)
    if learner != request.user and not has_access(request.user, "staff", course_key):
        return JsonResponse({"detail": "You do not have permission to perform this action."}, status=403)
    if learner is None:
        return JsonResponse({"error_code": "user_does_not_exist"}, status=404)
    grade = CourseGradeFactory().read(learner, course_key=course_key)
    answer = {
        "username": learner.username,
        "email": learner.email,
        "course_id": str(course_key),
        "passed": grade.passed,
        "percent": grade.percent,
        "letter_grade": grade.letter_grade,
    }
    return JsonResponse([answer], safe=False)
