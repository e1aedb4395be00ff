"""Which tests say that they hold which items: read from their source, without running or importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

#: By item id, the tests that hold it, as ``path::function``.
Holders = dict[str, list[str]]


def read_marks() -> Holders:
    """Return every mark of every test module."""
    holders: Holders = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, ids in _marked_tests(ast.parse(path.read_text(encoding="utf-8"))):
            for item_id in ids:
                holders.setdefault(item_id, []).append(f"{path.relative_to(ROOT).as_posix()}::{name}")
    return holders


def _marked_tests(module: ast.Module) -> Iterator[tuple[str, list[str]]]:
    of_module = [
        item_id
        for statement in module.body
        if isinstance(statement, ast.Assign) and any(_is_named(target, "pytestmark") for target in statement.targets)
        for item_id in _ids(statement.value)
    ]
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef) and statement.name.startswith("test_"):
            own = [item_id for decorator in statement.decorator_list for item_id in _ids(decorator)]
            yield statement.name, list(dict.fromkeys([*of_module, *own]))


def _ids(expression: ast.expr) -> Iterator[str]:
    """Yield the arguments of each ``pytest.mark.conformance(...)`` in an expression."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "conformance":
            yield from (ast.literal_eval(argument) for argument in node.args)


def _is_named(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name
