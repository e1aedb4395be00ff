"""
Ask the platform for an access token, and print it.

Takes from the environment TOKEN_URL and CLIENT_ID, as the platform's operator told them, KEY_FILE, the tool's private
key (my-key.pem without it), and KEY_ID, the key's name in a key set with several. The scopes to ask for are the
arguments: lineitem, lineitem.readonly, result.readonly, score; all four without any. Needs the packages PyJWT,
cryptography and requests.
"""

from __future__ import annotations

import os
import sys
import time
import uuid
from pathlib import Path

import jwt
import requests

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCOPES = ("lineitem", "lineitem.readonly", "result.readonly", "score")

now = int(time.time())
assertion = jwt.encode(
    {
        "iss": os.environ["CLIENT_ID"],
        "sub": os.environ["CLIENT_ID"],
        "aud": os.environ["TOKEN_URL"],
        "iat": now,
        "exp": now + 60,
        "jti": str(uuid.uuid4()),
    },
    Path(os.environ.get("KEY_FILE", "my-key.pem")).read_text(encoding="utf-8"),
    algorithm="RS256",
    headers={"kid": os.environ["KEY_ID"]} if "KEY_ID" in os.environ else None,
)
answer = requests.post(
    os.environ["TOKEN_URL"],
    data={
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "scope": " ".join(SCOPE + name for name in sys.argv[1:] or SCOPES),
    },
    timeout=30,
)
if answer.status_code != 200:
    sys.exit(f"{answer.status_code} {answer.text}")
print(answer.json()["access_token"])
