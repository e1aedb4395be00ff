"""Extensions of Sphinx for these docs: pages that are made from the code, so that they cannot go stale."""
