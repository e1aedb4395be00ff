"""Lets generated scores name a learner whom the platform knows, in every other one; loaded by the command line."""

from __future__ import annotations

import os
from typing import Any

import schemathesis


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Replace some of the learners."""
    if isinstance(body, dict) and isinstance(body.get("userId"), str) and len(body["userId"]) % 2:
        return {**body, "userId": os.environ["KNOWN_LEARNER"]}
    return body
