"""The requests of the instructor dashboard. None of them runs in a transaction of its own."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpResponseBadRequest, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_POST
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from lms.djangoapps.courseware.access import has_access
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.instructor import enrollment
from lms.djangoapps.instructor_task import api as task_api


def require_course_staff(view):
    """Let only staff of the course pass, and give them the course's key and the problem's."""

    def wrapped(request, course_id):
        course_key = CourseKey.from_string(course_id)
        if not has_access(request.user, "staff", course_key):
            return HttpResponseForbidden("Requires staff access.")
        try:
            usage_key = UsageKey.from_string(request.POST.get("problem_to_reset", "")).map_into_course(course_key)
        except InvalidKeyError:
            return HttpResponseBadRequest("Could not parse the problem's key.")
        return view(request, course_key, usage_key)

    return transaction.non_atomic_requests(require_POST(wrapped))


def _student(request):
    identifier = request.POST.get("unique_student_identifier", "")
    users = get_user_model().objects
    return users.filter(username=identifier).first() or users.filter(email=identifier).first()


def _is_true(request, name) -> bool:
    return request.POST.get(name, "").lower() in ("true", "1", "on")


@require_course_staff
def override_problem_score(request, course_key, usage_key):
    """Give a learner a score."""
    student = _student(request)
    if student is None:
        return JsonResponse({"error": "Could not find the student."}, status=400)
    try:
        score = float(request.POST.get("score", ""))
        task_api.submit_override_score(request, usage_key, student, score)
    except (NotImplementedError, ValueError) as error:
        return JsonResponse({"error": str(error)}, status=400)
    return JsonResponse({"problem_to_reset": str(usage_key), "student": student.username, "task": "created"})


@require_course_staff
def rescore_problem(request, course_key, usage_key):
    """Let the block compute scores again, for one learner or for all."""
    only_if_higher = _is_true(request, "only_if_higher")
    try:
        if _is_true(request, "all_students"):
            task_api.submit_rescore_problem_for_all_students(request, usage_key, only_if_higher)
        else:
            student = _student(request)
            if student is None:
                return HttpResponseBadRequest("Could not find the student.")
            task_api.submit_rescore_problem_for_student(request, usage_key, student, only_if_higher)
    except NotImplementedError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain")
    return JsonResponse({"problem_to_reset": str(usage_key), "task": "created"})


@require_course_staff
def reset_student_attempts(request, course_key, usage_key):
    """Reset attempts or delete state, of one learner or of all."""
    delete_module = _is_true(request, "delete_module")
    if _is_true(request, "all_students"):
        if delete_module:
            task_api.submit_delete_problem_state_for_all_students(request, usage_key)
        else:
            task_api.submit_reset_problem_attempts_for_all_students(request, usage_key)
        return JsonResponse({"problem_to_reset": str(usage_key), "task": "created"})
    student = _student(request)
    if student is None:
        return HttpResponseBadRequest("Could not find the student.")
    try:
        enrollment.reset_student_attempts(
            course_key, student, usage_key, requesting_user=request.user, delete_module=delete_module
        )
    except StudentModule.DoesNotExist:
        return HttpResponseBadRequest("Module does not exist.")
    return JsonResponse({"problem_to_reset": str(usage_key), "student": student.username})
