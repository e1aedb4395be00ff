"""The OpenAPI document: it tells of the views as they are, and a served platform answers as it tells."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml
from django.urls import resolve

from sandbox.browser import Browser
from tests.conformance.marks import ROOT
from tests.conformance.scene import LEARNER
from tests.conformance.served import ServedLms
from tests.conformance.wire import WireTool

PAGE = ROOT / "docs" / "reference" / "openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(PAGE.read_text(encoding="utf-8"))
ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
#: What the checks of the tool look at: errors of the server, and whatever the document does not tell of an answer.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
CASES_AT_LEAST = 800


def test_document_is_up_to_date() -> None:
    written = subprocess.run(
        [sys.executable, "-m", "sandbox.openapi"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert written.stdout == PAGE.read_text(encoding="utf-8"), "run `make openapi`"


@pytest.mark.parametrize("address", DOCUMENT["paths"])
def test_described_address_is_served_with_exactly_these_methods(address: str) -> None:
    path = address.format(context_uuid="00000000-0000-4000-8000-000000000000", line_item_id=1)

    view = resolve(path).func

    served = getattr(view, "actions", None) or {"token": ["post"], "jwks": ["get"]}[path.rpartition("/")[2]]
    # Django REST framework adds HEAD beside GET when a view has answered its first request; ours refuse it.
    assert set(DOCUMENT["paths"][address]) == set(served) - {"head"}


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Every example with its schema."""
    for address, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            messages = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for kind, message in messages.items():
                for content in message.get("content", {}).values():
                    shown = [content["example"]] if "example" in content else []
                    shown += [example["value"] for example in content.get("examples", {}).values()]
                    for number, value in enumerate(shown):
                        yield f"{method} {address} {kind} {number}", content["schema"], value


@pytest.mark.parametrize(("schema", "value"), [row[1:] for row in examples()], ids=[row[0] for row in examples()])
def test_example_is_what_its_schema_says(schema: Any, value: Any) -> None:
    jsonschema.validate(value, {**schema, "components": DOCUMENT["components"]})


@pytest.mark.conformance("G-05", "G-06", "LI-08", "LI-12", "LI-23", "S-03", "N-01")
def test_generated_requests_get_only_answers_that_the_document_tells_of(
    lms: ServedLms,
    wire_tool: WireTool,
    browser_of: Callable[[str], Browser],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    claims = wire_tool.checked(wire_tool.launch(browser_of(LEARNER[0]), wire_tool.sheet["links"]["A"]["plain"]))
    line_items = claims[ENDPOINT]["lineitems"]
    token = wire_tool.token("lineitem", "lineitem.readonly", "result.readonly", "score")
    made = [
        wire_tool.call("POST", line_items, token, body={"label": "Generated", "scoreMaximum": 10}, kind="v2.lineitem")
        for _ in range(2)
    ]
    kept, deleted = (answer.json()["id"].rpartition("/")[2] for answer in made)
    config = tmp_path / "schemathesis.toml"
    config.write_text(
        f"""
[parameters]
"path.context_uuid" = "{urlsplit(line_items).path.split("/")[-2]}"
"path.line_item_id" = {kept}

[[operations]]
include-operation-id = "deleteLineItem"
parameters = {{ "path.line_item_id" = {deleted} }}
""",
        encoding="utf-8",
    )

    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", f"--config-file={config}", "run", str(PAGE)),
            *(f"--url={lms.url}", f"--header=Authorization: Bearer {token['access_token']}"),
            *("--phases=examples,coverage,fuzzing", "--mode=all", "--max-examples=40", "--seed=20"),
            *(f"--checks={','.join(CHECKS)}", "--continue-on-failure", "--no-color", "--warnings=off"),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.conformance.schemathesis_hooks",
            "KNOWN_LEARNER": claims["sub"],
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    counted = re.search(r"(\d+) generated", done.stdout)
    assert counted is not None, done.stdout[-2000:]
    record_property("generated_requests", int(counted[1]))
    assert int(counted[1]) >= CASES_AT_LEAST, done.stdout[-2000:]
