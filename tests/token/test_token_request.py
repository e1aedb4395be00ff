"""The token endpoint."""

from __future__ import annotations

import pytest
from django.test import Client

from lti_ags.constants import Scope
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db


def test_a_tool_gets_a_token_for_what_it_asks(client: Client) -> None:
    tool = RegisteredTool.register()

    response = tool.request_token(client, [Scope.SCORE])

    assert response.status_code == 200, response.content
    assert client.get("/api/lti_ags/v1/jwks").status_code == 200
