"""Binding a block to a user."""

from __future__ import annotations


def get_block_for_descriptor(**_arguments: object) -> None:
    """Cost nothing."""
