"""A client library that tools use gets tokens over real HTTP, whichever way its key is registered."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pylti1p3.exception import LtiServiceException
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector

from lti_ags.constants import Scope
from lti_ags.services.addresses import token_url
from lti_ags.services.tools import set_enabled
from tests.support.key_server import key_server
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _served_here(live_server: Any, settings: Any) -> None:
    settings.LMS_ROOT_URL = live_server.url
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = True


def connector(tool: RegisteredTool) -> ServiceConnector:
    """The library as a tool configures it; it names its key by the key's thumbprint."""
    pem = tool.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    registration = Registration()
    registration.set_client_id(tool.client_id)
    registration.set_auth_token_url(token_url())
    registration.set_tool_private_key(pem)
    registration.set_tool_public_key(tool.tool.public_key or None)
    return ServiceConnector(registration)


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_with_a_stored_key() -> None:
    tool = RegisteredTool.register()

    token = connector(tool).get_access_token(sorted(Scope))

    assert set(claims_of(token)["scope"].split(" ")) == set(Scope)


def test_with_a_key_set_and_no_kid() -> None:
    with key_server() as server:
        server.publish("a")
        tool = RegisteredTool.register(jwks_url=server.url)

        assert claims_of(connector(tool).get_access_token([Scope.SCORE]))["sub"] == tool.client_id
        assert server.count == 1


def test_each_request_has_an_assertion_of_its_own() -> None:
    tool = RegisteredTool.register()

    tokens = {connector(tool).get_access_token([Scope.SCORE]) for _ in range(3)}

    assert len(tokens) == 3


def test_disabled_tool_sees_a_plain_error() -> None:
    tool = RegisteredTool.register()
    set_enabled([tool.tool], is_enabled=False)

    with pytest.raises(LtiServiceException) as caught:
        connector(tool).get_access_token([Scope.SCORE])

    assert caught.value.response.status_code == 400
    assert caught.value.response.json()["error"] == "invalid_client"
