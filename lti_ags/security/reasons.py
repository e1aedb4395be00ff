"""Errors that say why in English, as logs need it, and in the language of who looks, as pages do."""

from __future__ import annotations

from django.utils.translation import gettext


class ReasonedError(Exception):
    """
    An error whose message is part of a sentence.

    Arguments:
        text: the reason in English, marked by ``gettext_noop``, so that a log is English whosever request it was.
        values: what is filled in for ``{name}``. It is never read as a text itself, as it may be another server's.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text.format(**values))
        self.text = text
        self.values = values

    def translated(self) -> str:
        """Return the reason in the language of who looks."""
        return gettext(self.text).format(**self.values)
