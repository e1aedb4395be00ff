"""Bodies as the specification has them, in words of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[1] / "spec_examples"


def example(name: str, **changes: Any) -> dict[str, Any]:
    """Return an example with some members changed."""
    return {**json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8")), **changes}
