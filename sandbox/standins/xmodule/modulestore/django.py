"""The modulestore of this process, and the signals it sends."""

from __future__ import annotations

from contextlib import contextmanager

from django.dispatch import Signal

_modulestore = None


class SwitchedSignal(Signal):
    """A signal that can be switched off for a while, and whose receivers cannot break the sender."""

    def __init__(self, name):
        super().__init__()
        self.name = name
        self._muted = False

    @contextmanager
    def for_state(self, is_enabled):
        before, self._muted = self._muted, not is_enabled
        try:
            yield
        finally:
            self._muted = before

    def send(self, *args, **kwargs):
        """Send robustly: what a receiver raises is logged by Django, and never passed on."""
        if self._muted:
            return []
        return super().send_robust(*args, **kwargs)


class SignalHandler:
    """The signals of the modulestore; each is sent in the process that does the edit."""

    pre_publish = SwitchedSignal("pre_publish")
    course_published = SwitchedSignal("course_published")
    course_deleted = SwitchedSignal("course_deleted")
    library_updated = SwitchedSignal("library_updated")
    item_deleted = SwitchedSignal("item_deleted")

    _mapping = {
        signal.name: signal for signal in (pre_publish, course_published, course_deleted, library_updated, item_deleted)
    }

    def __init__(self, modulestore_class):
        self.modulestore_class = modulestore_class

    @classmethod
    def all_signals(cls):
        return cls._mapping.values()

    @classmethod
    def signal_by_name(cls, signal_name):
        return cls._mapping[signal_name]

    def send(self, signal_name, **kwargs):
        """Send one of the signals to whoever listens in this process."""
        self._mapping[signal_name].send(sender=self.modulestore_class, **kwargs)


def modulestore():
    """Return the modulestore of this process: always the same object, in every thread."""
    global _modulestore  # noqa: PLW0603 - one for the process, as on the platform
    if _modulestore is None:
        from xmodule.modulestore.store import DatabaseModuleStore

        _modulestore = DatabaseModuleStore()
    return _modulestore


def clear_existing_modulestores():
    """Forget the modulestore, with the services bound to it."""
    global _modulestore  # noqa: PLW0603 - one for the process, as on the platform
    _modulestore = None
