"""The REST API, from ``docs/reference/openapi.yaml``: operations first, then the objects they exchange."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

_DOCUMENT: Final = Path(__file__).resolve().parents[1] / "reference" / "openapi.yaml"
_REFERENCE: Final = "#/components/schemas/"


def rest_page() -> Iterator[str]:
    """Write the page's body as reStructuredText."""
    document = yaml.safe_load(_DOCUMENT.read_text(encoding="utf-8"))
    last = ""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            [tag] = operation["tags"]
            if tag != last:
                yield from (tag, "~" * len(tag), "")
                last = tag
            yield from _operation(method.upper(), path, operation)
    yield from ("Objects", "~" * 7, "")
    for name, schema in document["components"]["schemas"].items():
        yield from _schema(name, schema)


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield from (operation["summary"], "^" * len(operation["summary"]), "")
    yield from (".. code-block:: text", "", f"   {method} {path}", "")
    yield from (operation.get("description", ""), "")
    scopes = [scope.rpartition("/")[2] for each in operation.get("security", []) for scope in each["accessToken"]]
    if scopes:
        yield from ("Scope: " + " or ".join(f"``…/scope/{scope}``" for scope in scopes) + ".", "")
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query":
            yield from (f"``{parameter['name']}``", f"    {parameter['description']}", "")
    yield from _contents("Request", operation.get("requestBody", {}).get("content", {}))
    yield from _answers(operation["responses"])


def _answers(responses: Mapping[str, Any]) -> Iterator[str]:
    for status, response in responses.items():
        if status.startswith("2"):
            yield from _contents(f"Answer {status}", response.get("content", {}))
    yield from (".. list-table::", "   :header-rows: 1", "   :widths: 15 85", "", "   * - Status", "     - Meaning")
    for status, response in responses.items():
        headers = "".join(f" ``{name}``: {each['description']}" for name, each in response.get("headers", {}).items())
        yield from (f"   * - {status}", f"     - {_code(response['description'])}{_code(headers)}")
    yield ""


def _contents(title: str, contents: Mapping[str, Any]) -> Iterator[str]:
    """Write the first media type with an example; the others are said in the sentence."""
    for media_type, content in contents.items():
        examples = [each["value"] for each in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        if not examples:
            continue
        also = [f"``{other}``" for other in contents if other != media_type]
        kind = f"``{media_type}``" + (f", or {', '.join(also)}" if also else "")
        yield from (f"{title}: {_kind(content['schema'])} as {kind}.", "")
        for example in examples:
            if media_type.endswith("json"):
                yield from (".. code-block:: json", "", *_indented(json.dumps(example, indent=2)), "")
            else:
                yield from (
                    ".. code-block:: text",
                    "",
                    *_indented("\n".join(f"{k}={v}" for k, v in example.items())),
                    "",
                )


def _schema(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield from (f".. _rest-{name.lower()}:", "", name, "^" * len(name), "", schema.get("description", ""), "")
    yield from (".. list-table::", "   :header-rows: 1", "   :widths: 28 14 58", "")
    yield from ("   * - Member", "     - Type", "     - Meaning")
    for member, details in schema["properties"].items():
        needed = "" if member in schema.get("required", []) else " *(may be left out)*"
        yield from (f"   * - ``{member}``", f"     - {_kind(details)}", f"     - {_meaning(details)}{needed}")
    yield ""


def _meaning(details: Mapping[str, Any]) -> str:
    parts = [_code(details.get("description", ""))]
    if "enum" in details:
        parts.append("One of " + ", ".join(f"``{value}``" for value in details["enum"]) + ".")
    if "maxLength" in details:
        parts.append(f"At most {details['maxLength']:,} characters.")
    if "minimum" in details:
        parts.append(f"At least {details['minimum']}.")
    return " ".join(part for part in parts if part)


def _kind(details: Mapping[str, Any]) -> str:
    if "$ref" in details:
        name = details["$ref"].removeprefix(_REFERENCE)
        return f":ref:`{name} <rest-{name.lower()}>`"
    kind = details.get("type", "object")
    if kind == "array":
        return f"array of {_kind(details['items'])}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _code(text: str) -> str:
    """Turn Markdown's single backticks into code."""
    return text.replace("``", "`").replace("`", "``")


def _indented(text: str) -> list[str]:
    return [f"   {line}" for line in text.splitlines()]
