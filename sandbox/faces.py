"""The start page: every page of the sandbox that is worth a look, opened as the person whom it is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from lti_ags.models import LtiAgsGrade, LtiConfiguration
from lti_ags.models.fields import digest_of
from sandbox import seed
from sandbox.large import course as large


@dataclass(frozen=True)
class Face:
    """A page: what it is called, what is to be seen there, and where it is. ``service``: lms or studio."""

    name: str
    seen: str
    service: str
    path: str


@dataclass(frozen=True)
class Person:
    """Somebody to look as, and their pages."""

    username: str
    role: str
    faces: tuple[Face, ...]


def show_faces(request: HttpRequest) -> HttpResponse:
    """Show everybody's pages; each button comes back here, signs the browser in as that person, and goes there."""
    from xmodule.modulestore.django import modulestore

    if request.method == "POST":
        return _open(request)
    is_large = modulestore().has_course(large.COURSE_KEY) is not None
    people = tuple(_people(large.COURSE_KEY if is_large else seed.COURSE_KEY))
    return render(request, "lms/start.html", {"people": people, "is_large": is_large})


def no_icon(_request: HttpRequest) -> HttpResponse:
    """Tell browsers that there is no icon, which they ask for beside Django's own pages."""
    return HttpResponse(status=204)


def _open(request: HttpRequest) -> HttpResponse:
    """Sign in as the chosen person, which LMS and Studio both know, and go to the page."""
    user = get_object_or_404(get_user_model(), username=request.POST.get("username", ""))
    root = {"lms": settings.LMS_ROOT_URL, "studio": settings.CMS_ROOT_URL}.get(request.POST.get("service", ""))
    path = request.POST.get("path", "")
    if root is None or not path.startswith("/"):
        raise Http404("No such page")
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(root + path)


def _people(course_key: Any) -> Iterator[Person]:
    grades = LtiAgsGrade.objects.filter(configuration__course_key_digest=digest_of(course_key))
    graded = grades.exclude(decision="staff_trial").select_related("subject__user", "configuration").first()
    learner = next(iter(seed.LEARNERS)) if graded is None else graded.subject.user.username
    blocks = LtiConfiguration.objects.filter(course_key_digest=digest_of(course_key), removed_at=None, replaced_at=None)
    yield Person(learner, "Learner", tuple(_learners_faces(course_key)))
    yield Person(seed.AUTHOR, "Author", tuple(_authors_faces(course_key, blocks.first())))
    yield Person(seed.TEACHER, "Teacher", tuple(_teachers_faces(course_key, blocks, graded)))
    yield Person(seed.OPERATOR, "Operator", tuple(_operators_faces()))


def _learners_faces(course_key: Any) -> Iterator[Face]:
    yield _in_lms("The course", "units with tools in them, and the score below each", f"/courses/{course_key}/course")


def _authors_faces(course_key: Any, block: LtiConfiguration | None) -> Iterator[Face]:
    yield Face("The course in Studio", "its units, and where blocks are added", "studio", f"/course/{course_key}")
    if block is not None:
        seen = "tool, grading mode, late work, changed grades, release"
        yield Face("The editor of a block", seen, "studio", f"/xblock/{block.location}/action/edit")


def _teachers_faces(course_key: Any, blocks: Any, graded: LtiAgsGrade | None) -> Iterator[Face]:
    staff = reverse("lti_ags:staff-course", args=[course_key])
    yield _in_lms("The course's grades from tools", "blocks, counts and problems", staff)
    for block in blocks.order_by("pk"):
        page = reverse("lti_ags:staff-block", args=[block.uuid])
        yield _in_lms(f"“{block.title}”", "its learners, problems first, and what can be done", page)
    if graded is not None:
        page = reverse("lti_ags:staff-learner", args=[graded.configuration.uuid, graded.pk])
        yield _in_lms("One learner's history", "deliveries, decisions, actions", page)
    yield _in_lms("The gradebook", "what the platform holds", f"/courses/{course_key}/gradebook")


def _operators_faces() -> Iterator[Face]:
    for table, name, seen in (
        ("ltitool", "Tools", "how each does, its registration, enable and disable"),
        ("ltiagsdelivery", "Deliveries", "what tools sent and were answered, by id, learner, block"),
        ("ltiagsgrade", "Grades", "where each publication stands; publish again"),
        ("ltiagslineitem", "Line items", "deleted ones can be restored"),
        ("ltiagsscore", "Scores", "what tools last said"),
        ("ltiagsevent", "Events", "the history of grades, with who did what"),
        ("lticonfiguration", "Blocks", "read again from the course; publish all grades again"),
        ("platformkey", "Platform keys", "rotation"),
    ):
        yield _in_lms(name, seen, f"/admin/lti_ags/{table}/")


def _in_lms(name: str, seen: str, path: str) -> Face:
    return Face(name, seen, "lms", path)
