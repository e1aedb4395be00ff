"""Registers two tools in the sandbox's course; prints for each the path of its line items and a token, as JSON."""

from __future__ import annotations

import json
from typing import Any

import django
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def make_tool(name: str, public_key: str) -> dict[str, Any]:
    """Register a tool with a few line items."""
    from django.utils import timezone

    from lti_ags.constants import Scope
    from lti_ags.models import LtiAgsLineItem
    from lti_ags.security.access_tokens import issue_access_token
    from lti_ags.services.configurations import context_for
    from lti_ags.services.registrations import Registration
    from lti_ags.services.tools import Place, register_tool

    address = "https://tool.example/launch"
    registration = Registration(name, oidc_login_url=address, launch_url=address, public_key=public_key)
    tool = register_tool(registration, places=[Place()])
    context = context_for(tool.pk, course_key="course-v1:DemoX+Flood+2026")
    for number in range(20):
        LtiAgsLineItem.objects.create(context=context, label=f"Quiz {number}", score_maximum=10)
    token = issue_access_token(client_id=tool.client_id, scopes=list(Scope), now=timezone.now())
    return {"path": f"/api/lti_ags/v1/contexts/{context.uuid}/line_items", "token": token}


def main() -> None:
    """Make them."""
    django.setup()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    print(json.dumps([make_tool(name, pem) for name in ("Quiet tool", "Flooding tool")]))


if __name__ == "__main__":
    main()
