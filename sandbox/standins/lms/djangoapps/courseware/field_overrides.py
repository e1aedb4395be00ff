"""Field data with values of a provider over what the author stored, for a block that is bound to nobody."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string
from xblock.field_data import FieldData

from xmodule.modulestore.inheritance import INHERITABLE

NOTSET = object()


class FieldOverrideProvider:
    """Says which fields have another value than the stored one, and in which courses."""

    def __init__(self, user, fallback_field_data):
        self.user = user
        self.fallback_field_data = fallback_field_data

    def get(self, block, name, default):
        """Return the value of a field, or the default where it is the stored one."""
        raise NotImplementedError

    @classmethod
    def enabled_for(cls, block):
        raise NotImplementedError


class OverrideFieldData(FieldData):
    """The stored fields are behind ``fallback``; unlike the data of a plain block, this has no store of its own."""

    def __init__(self, user, fallback, providers):
        super().__init__()
        self.fallback = fallback
        self.providers = tuple(provider(user, fallback) for provider in providers)

    def get_override(self, block, name):
        values = (provider.get(block, name, NOTSET) for provider in self.providers)
        return next((value for value in values if value is not NOTSET), NOTSET)

    def _ancestors_override(self, block, name):
        """Return what a provider says about the nearest block above, of a field that is inherited."""
        above = block.get_parent() if name in INHERITABLE else None
        while above is not None:
            if (value := self.get_override(above, name)) is not NOTSET:
                return value
            above = above.get_parent()
        return NOTSET

    def get(self, block, name):
        value = self.get_override(block, name)
        return self.fallback.get(block, name) if value is NOTSET else value

    def set(self, block, name, value):
        self.fallback.set(block, name, value)

    def set_many(self, block, update_dict):
        self.fallback.set_many(block, update_dict)

    def delete(self, block, name):
        self.fallback.delete(block, name)

    def has(self, block, name):
        if self.get_override(block, name) is not NOTSET:
            return True
        return self._ancestors_override(block, name) is NOTSET and self.fallback.has(block, name)

    def default(self, block, name):
        value = self._ancestors_override(block, name)
        return self.fallback.default(block, name) if value is NOTSET else value


class OverrideModulestoreFieldData(OverrideFieldData):
    """Lies around the field data of every block that the LMS loads from a course with a provider."""

    @classmethod
    def wrap(cls, block, field_data):
        """Return the field data in a wrapper; as it is where no provider is enabled for the block's course."""
        found = [import_string(name) for name in settings.MODULESTORE_FIELD_OVERRIDE_PROVIDERS]
        enabled = [provider for provider in found if provider.enabled_for(block)]
        return cls(None, field_data, enabled) if enabled else field_data
