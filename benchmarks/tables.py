"""Tables: the first row is the heading; words stand left, numbers right."""

from __future__ import annotations


def as_text(rows: list[list[str]]) -> str:
    """Return a table for a terminal."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_aligned(cell, width, row) for cell, width, row in _cells(line, widths, rows)) for line in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def as_rst(rows: list[list[str]]) -> str:
    """Return a table for the documentation."""
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in rows:
        lines += [f"   {'* -' if column == 0 else '  -'} {cell}".rstrip() for column, cell in enumerate(row)]
    return "\n".join(lines) + "\n"


def _cells(line: list[str], widths: list[int], rows: list[list[str]]) -> list[tuple[str, int, bool]]:
    return [(cell, widths[column], _is_number(rows[-1][column])) for column, cell in enumerate(line)]


def _aligned(cell: str, width: int, is_number: bool) -> str:
    return cell.rjust(width) if is_number else cell.ljust(width)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace(" - ", "").isdigit()
