"""
Print, as JSON, the tables and fields of ``lti_consumer`` that the import reads, as this Python finds them.

Run in the environment of the real package and in that of the stand-in, it shows where the two differ.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any, Final

import django
from django.apps import apps

MODELS: Final = ("Lti1p3Passport", "LtiConfiguration", "LtiAgsLineItem", "LtiAgsScore")
FIELDS: Final = (
    "lti_version",
    "lti_1p3_launch_url",
    "lti_1p3_oidc_url",
    "lti_1p3_redirect_uris",
    "lti_1p3_tool_key_mode",
    "lti_1p3_tool_keyset_url",
    "lti_1p3_tool_public_key",
    "lti_advantage_deep_linking_launch_url",
    "lti_advantage_ags_mode",
    "has_score",
    "weight",
)


def tables() -> dict[str, Any]:
    """Return each table with its columns: type, length, whether it may be null, whether it is unique."""
    models = {name: apps.get_model("lti_consumer", name)._meta for name in MODELS}
    return {
        meta.db_table: {
            "together": sorted(sorted(names) for names in meta.unique_together),
            "columns": {
                field.column: [field.get_internal_type(), field.max_length, field.null, field.unique]
                for field in meta.local_fields
            },
        }
        for meta in models.values()
    }


def fields(module: str) -> dict[str, Any]:
    """Return the block's fields: type, scope, default."""
    block = import_module(module).LtiConsumerXBlock
    found = {name: block.fields[name] for name in FIELDS}
    return {name: [type(field).__name__, field.scope.name, field.default] for name, field in found.items()}


if __name__ == "__main__":
    django.setup()
    json.dump({"tables": tables(), "fields": fields(sys.argv[1])}, sys.stdout, indent=1, sort_keys=True)
