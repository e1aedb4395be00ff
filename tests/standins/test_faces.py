"""The start page of the sandbox: everybody's pages, and each of them opens."""

from __future__ import annotations

import pytest
from django.test import Client

from sandbox import seed

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client):
    seed.seed()
    return client.get("/start")


def test_every_page_of_the_lms_opens_as_the_person_whom_it_is_for(page):
    people = page.context["people"]

    assert [person.role for person in people] == ["Learner", "Author", "Teacher", "Operator"]
    for person in people:
        for face in person.faces:
            browser = Client()
            answer = browser.post("/start", {"username": person.username, "service": face.service, "path": face.path})
            assert answer.status_code == 302, face
            if face.service == "lms":
                assert browser.get(face.path).status_code == 200, face


@pytest.mark.parametrize(
    "form",
    [
        {"username": "nobody", "service": "lms", "path": "/"},
        {"username": "operator", "service": "elsewhere", "path": "/"},
        {"username": "operator", "service": "lms", "path": "@evil.example/"},
    ],
    ids=["person", "service", "path"],
)
def test_what_the_page_does_not_offer_is_not_opened(page, form):
    assert Client().post("/start", form).status_code == 404
