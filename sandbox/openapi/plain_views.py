"""The two endpoints that are no part of the services and speak languages of their own: tokens and keys."""

from __future__ import annotations

from typing import Any, Final

from lti_ags.constants import CLIENT_ASSERTION_TYPE, Scope
from sandbox.openapi import examples
from sandbox.openapi.operations import PREFIX
from sandbox.openapi.schemas import ref

_FORM: Final = {
    "type": "object",
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "client_assertion_type": {"type": "string", "enum": [CLIENT_ASSERTION_TYPE]},
        "client_assertion": {
            "type": "string",
            "description": "A JWT that the tool signs for this one request: iss and sub are its client_id, aud this "
            "address, with iat, exp and jti.",
        },
        "scope": {"type": "string", "description": "What is asked for, separated by spaces."},
    },
    "required": ["grant_type", "client_assertion_type", "client_assertion", "scope"],
}


def _json(schema: str, description: str, example: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": ref(schema), "example": example}}}


def _later(schema: str) -> dict[str, Any]:
    error = {"error": "temporarily_unavailable", "error_description": "The platform is busy; try again."}
    body = error if schema == "TokenRefusal" else examples.REFUSALS[503]
    return _json(schema, "Not now; `Retry-After` says when to try again.", body)


PATHS: Final[dict[str, Any]] = {
    f"/{PREFIX}/token": {
        "post": {
            "operationId": "requestToken",
            "tags": ["Tokens and keys"],
            "summary": "Ask for an access token",
            "description": "OAuth 2.0 client credentials with a signed assertion (RFC 7523). Granted are those of the "
            "requested scopes that the tool may have.",
            "security": [],
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": _FORM,
                        "example": {
                            "grant_type": "client_credentials",
                            "client_assertion_type": CLIENT_ASSERTION_TYPE,
                            "client_assertion": "header.claims.signature",
                            "scope": Scope.SCORE.value,
                        },
                    }
                },
            },
            "responses": {
                "200": _json("TokenAnswer", "The token.", examples.TOKEN_ANSWER),
                "400": _json("TokenRefusal", "Refused, with a code of RFC 6749.", examples.TOKEN_REFUSAL),
                "401": _json(
                    "TokenRefusal",
                    "Refused a password in the Authorization header.",
                    {"error": "invalid_client", "error_description": "Clients prove who they are by an assertion."},
                ),
                "429": _later("TokenRefusal"),
                "503": _later("TokenRefusal"),
            },
        }
    },
    f"/{PREFIX}/jwks": {
        "get": {
            "operationId": "readKeySet",
            "tags": ["Tokens and keys"],
            "summary": "Read the platform's public keys",
            "description": "With which the signature of a launch is checked.",
            "security": [],
            "responses": {
                "200": _json("KeySet", "The keys.", examples.KEY_SET),
                "503": _later("Error"),
            },
        }
    },
}


def add_plain_views(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Put the two endpoints before the services; a hook of the generator."""
    return {**result, "paths": {**PATHS, **result["paths"]}}
