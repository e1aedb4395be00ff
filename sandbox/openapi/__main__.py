"""``python -m sandbox.openapi FILE``: write the OpenAPI document."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

HEAD = "# Written by `make openapi` from sandbox/openapi; changes by hand are lost.\n"


def main() -> None:
    """Write the file that is named, or print."""
    text = HEAD + document()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        print(text, end="")


def document() -> str:
    """Return the document as YAML."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings.lms")
    import django
    from django.conf import settings

    settings.SPECTACULAR_SETTINGS = _generator_settings()
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "DEFAULT_PAGINATION_CLASS": None,
    }
    django.setup()
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.renderers import OpenApiYamlRenderer

    from sandbox.openapi.operations import described_patterns

    schema = SchemaGenerator(patterns=described_patterns()).get_schema(request=None, public=True)
    return OpenApiYamlRenderer().render(schema, renderer_context={}).decode()


def _generator_settings() -> dict[str, Any]:
    from lti_ags import __version__
    from sandbox.openapi.schemas import COMPONENTS

    return {
        "TITLE": "LTI Assignment and Grade Services for Open edX",
        "DESCRIPTION": "What an LTI 1.3 tool can do with grades (AGS 2.0). Addresses of line items and containers come "
        "from launches and answers; a tool never builds them.",
        "VERSION": __version__,
        "OAS_VERSION": "3.1.0",
        "SERVERS": [{"url": "https://lms.example", "description": "The LMS."}],
        "APPEND_COMPONENTS": {
            "schemas": COMPONENTS,
            "securitySchemes": {
                "accessToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "From the token endpoint, for the scopes that an operation names.",
                }
            },
        },
        "POSTPROCESSING_HOOKS": ["sandbox.openapi.plain_views.add_plain_views"],
        "AUTHENTICATION_WHITELIST": [],
    }


if __name__ == "__main__":
    main()
