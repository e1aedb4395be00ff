"""What a block of the platform's other LTI component, ``lti_consumer``, says about its tool."""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.keys import UsageKey

from lti_ags.data.consumer import ConsumerTool
from lti_ags.edx_platform.blocks import load_block
from lti_ags.edx_platform.errors import platform_call


def consumer_tool(usage_key: UsageKey | str, *, client_id: str) -> ConsumerTool:
    """
    Read the tool that a published block names in its own fields.

    A process that does not know the block type reads every field as empty.

    Raises:
        BlockNotFound: the published course has no such block.
    """
    block = load_block(usage_key)
    with platform_call("reading an lti_consumer block"):
        launch_url, deep_url = _text(block, "lti_1p3_launch_url"), _text(block, "lti_advantage_deep_linking_launch_url")
        named = [str(uri).strip() for uri in getattr(block, "lti_1p3_redirect_uris", None) or []]
        return ConsumerTool(
            name=_text(block, "display_name"),
            client_id=client_id,
            oidc_login_url=_text(block, "lti_1p3_oidc_url"),
            launch_url=launch_url,
            redirect_uris=tuple(uri for uri in named or [launch_url, deep_url] if uri),
            jwks_url=_text(block, "lti_1p3_tool_keyset_url"),
            public_key=_text(block, "lti_1p3_tool_public_key"),
            key_mode=_text(block, "lti_1p3_tool_key_mode"),
            key_holder="the block names",
        )


def _text(block: Any, name: str) -> str:
    return str(getattr(block, name, None) or "").strip()
