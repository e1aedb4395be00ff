"""
A tool on PyLTI1p3, in a process of its own: makes every public call of the library's grade service as it is.

Reads as JSON from standard input what a launch and the registration brought, and prints what each call gave.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.exception import LtiException, LtiServiceException
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector

Told = dict[str, Any]


def main() -> None:
    """Do what ``job`` names."""
    asked = json.load(sys.stdin)
    connector = ServiceConnector(registration_of(asked))
    service = AssignmentsGradesService(connector, asked["endpoint"])
    jobs: dict[str, Callable[[AssignmentsGradesService, Told], Told]] = {
        "programmatic": work_with_own_items,
        "declarative": work_with_the_platforms_item,
        "pages": follow_pages,
    }
    print(json.dumps(jobs[asked["job"]](service, asked)))


def registration_of(asked: Told) -> Registration:
    """Set the library up from what the platform's operator was told."""
    sheet = asked["sheet"]
    registration = Registration()
    registration.set_issuer(sheet["issuer"]).set_client_id(sheet["client_id"])
    registration.set_auth_login_url(sheet["auth_login_url"]).set_auth_token_url(sheet["token_url"])
    registration.set_key_set_url(sheet["jwks_url"])
    return registration.set_tool_private_key(asked["private"]).set_tool_public_key(asked["public"])


def work_with_own_items(service: AssignmentsGradesService, asked: Told) -> Told:
    """Find or create items in each of the four ways, read them in each way, and put and get grades."""
    link = asked["resource_link_id"]
    told: Told = {"can": abilities_of(service)}
    tagged = item(label="By tag", score_maximum=20).set_tag("Final Exam")
    made = service.find_or_create_lineitem(tagged)
    again = service.find_or_create_lineitem(tagged)
    by_resource = service.find_or_create_lineitem(item(label="By resource").set_resource_id("R/1"), "resource_id")
    by_link = service.find_or_create_lineitem(
        item(label="By link", score_maximum=50).set_resource_link_id(link), "resource_link_id"
    )
    told["made"] = [told_of(line_item) for line_item in (made, by_resource, by_link)]
    told["again"] = told_of(again)
    told["by_id"] = told_of(service.find_or_create_lineitem(made, "id"))
    told["found"] = {
        "id": told_of(service.find_lineitem_by_id(str(made.get_id()))),
        "tag": told_of(service.find_lineitem_by_tag("Final Exam")),
        "resourceId": told_of(service.find_lineitem_by_resource_id("R/1")),
        "resourceLinkId": told_of(service.find_lineitem_by_resource_link_id(link)),
        "label": told_of(service.find_lineitem("label", "By link")),
        "another case": told_of(service.find_lineitem_by_tag("final exam")),
    }
    told["read"] = told_of(service.get_lineitem(made.get_id()))
    told["listed"] = [line_item["id"] for line_item in service.get_lineitems()]
    told["page"] = service.get_lineitems_page()
    told["put"] = put(service, asked["user_id"], 45.5, 50, by_link)
    # Without an id, the library finds the item by its tag, and then by the id that it found.
    told["put by tag"] = put(service, asked["user_id"], 0, 10, item(label="By tag").set_tag("Final Exam"))
    told["grades"] = {"link": service.get_grades(by_link), "tag": service.get_grades(made)}
    return told


def work_with_the_platforms_item(service: AssignmentsGradesService, asked: Told) -> Told:
    """Use the item of the launch, which the library takes when none is named; more is not allowed."""
    told: Told = {"can": abilities_of(service), "read": told_of(service.get_lineitem())}
    told["found"] = told_of(service.find_lineitem_by_id(str(told["read"]["id"])))
    told["put"] = put(service, asked["user_id"], 83, 100, None)
    told["grades"] = service.get_grades()
    told["create"] = refusal_of(lambda: service.find_or_create_lineitem(item(label="Mine").set_tag("mine")))
    told["stranger"] = refusal_of(lambda: put(service, "nobody", 1, 1, None))
    return told


def follow_pages(service: AssignmentsGradesService, asked: Told) -> Told:
    """Read every line item and every result, page by page."""
    line_items = [line_item["id"] for line_item in service.get_lineitems()]
    sizes, url = [], None
    while True:
        page, url = service.get_lineitems_page(url)
        sizes.append(len(page))
        if url is None:
            break
    results: list[Told] = []
    result_sizes = []
    next_url: str | None = f"{asked['line_item']}/results"
    while next_url is not None:
        answer = service._service_connector.make_service_request(
            asked["endpoint"]["scope"], next_url, accept="application/vnd.ims.lis.v2.resultcontainer+json"
        )
        results += answer["body"]
        result_sizes.append(len(answer["body"]))
        next_url = answer["next_page_url"]
    return {
        "line_items": line_items,
        "sizes": sizes,
        "users": [result["userId"] for result in results],
        "result_sizes": result_sizes,
        "first_page": len(service.get_grades(LineItem({"id": asked["line_item"]}))),
        "last": told_of(service.find_lineitem_by_id(line_items[-1])),
    }


def abilities_of(service: AssignmentsGradesService) -> list[bool]:
    """Return what the scopes of the launch let the tool do."""
    return [
        service.can_read_lineitem(),
        service.can_create_lineitem(),
        service.can_read_grades(),
        service.can_put_grade(),
    ]


def item(*, label: str, score_maximum: float = 10) -> LineItem:
    """Build a line item."""
    return LineItem().set_label(label).set_score_maximum(score_maximum)


def put(
    service: AssignmentsGradesService, user_id: str, given: float, maximum: float, line_item: LineItem | None
) -> Told:
    """Put a final grade; what the platform answered."""
    grade = Grade().set_score_given(given).set_score_maximum(maximum).set_user_id(user_id)
    grade.set_activity_progress("Completed").set_grading_progress("FullyGraded").set_comment("Well done")
    answer = service.put_grade(grade.set_timestamp(datetime.now(UTC).isoformat()), line_item)
    return dict(answer["body"])


def told_of(line_item: LineItem | None) -> Told | None:
    """Return a line item as JSON."""
    return None if line_item is None else json.loads(line_item.get_value())


def refusal_of(call: Callable[[], Any]) -> Told:
    """Return what the library raises."""
    try:
        return {"answer": repr(call())}
    except LtiServiceException as error:
        return {"status": error.response.status_code, "body": error.response.json()}
    except LtiException as error:
        return {"library": str(error)}


if __name__ == "__main__":
    main()
