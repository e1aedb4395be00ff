"""What is checked before a teacher's task is accepted."""

from __future__ import annotations

from xmodule.modulestore.django import modulestore


def check_arguments_for_rescoring(usage_key):
    """
    Return the block.

    Raises:
        NotImplementedError: it cannot be rescored.
    """
    block = modulestore().get_item(usage_key)
    if not hasattr(block, "rescore"):
        raise NotImplementedError("This component cannot be rescored.")
    return block


def check_arguments_for_overriding(usage_key, score):
    """
    Return the block.

    Raises:
        NotImplementedError: its class has no ``set_score``.
        ValueError: the score is out of range.
    """
    block = modulestore().get_item(usage_key)
    if not hasattr(type(block), "set_score"):
        raise NotImplementedError("This component does not support score override.")
    if score < 0 or score > block.max_score():
        raise ValueError("Scores must be between 0 and the value of the problem.")
    return block
