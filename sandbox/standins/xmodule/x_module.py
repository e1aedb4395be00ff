"""What every block of the platform has besides its own class."""

from __future__ import annotations

from xblock.core import XBlock, XBlockMixin
from xblock.fields import Scope, String, UserScope

STUDENT_VIEW = "student_view"
PUBLIC_VIEW = "public_view"
AUTHOR_VIEW = "author_view"
STUDIO_VIEW = "studio_view"


@XBlock.wants("i18n")
class XModuleMixin(XBlockMixin):
    """Location, name, and the binding of a block to one learner."""

    display_name = String(display_name="Display Name", scope=Scope.settings, default=None)
    has_score = False
    has_custom_completion = False
    completion_mode = "completable"
    show_in_read_only_mode = False
    # The field data of the learner to whom the block is bound; the runtime serves it.
    _bound_field_data = None

    @property
    def location(self):
        return self.scope_ids.usage_id

    @location.setter
    def location(self, value):
        self.scope_ids = self.scope_ids._replace(def_id=value, usage_id=value)

    @property
    def course_id(self):
        return self.location.course_key

    @property
    def category(self):
        return self.scope_ids.block_type

    @property
    def url_name(self):
        return self.location.block_id

    @property
    def display_name_with_default(self):
        return self.display_name or self.url_name.replace("_", " ")

    @property
    def xblock_kvs(self):
        """The store of the authored fields, of an unbound block."""
        self.save()
        return self._field_data._kvs

    def get_explicitly_set_fields_by_scope(self, scope=Scope.content):
        """Return the JSON of the fields of this scope that are set on the block itself."""
        return {
            field.name: field.read_json(self)
            for field in self.fields.values()
            if field.scope == scope and field.is_set_on(self)
        }

    def own_metadata(self):
        """Return the settings that are set on the block itself."""
        return self.get_explicitly_set_fields_by_scope(Scope.settings)

    def get_children(self, usage_id_filter=None, usage_key_filter=None):
        """Return the children; those that the branch has not are left out."""
        return [
            child
            for key in (self.children if self.has_children else [])
            if (child := self.runtime.get_block_or_none(key)) is not None
        ]

    def bind_for_student(self, user_id, wrappers=None):
        """
        Bind this block to a learner: read that learner's state and dates from now on.

        What is unsaved for the learner bound before is saved first. The course's settings become read-only.
        """
        if self.scope_ids.user_id is not None and user_id == self.scope_ids.user_id:
            return
        self.save()
        self.scope_ids = self.scope_ids._replace(user_id=user_id)
        for field in self.fields.values():
            if field.scope in (Scope.parent, Scope.children):
                continue
            # A setting that was read before, such as a due date, stays as it was read.
            if field.scope.user == UserScope.ONE:
                field._del_cached_value(self)
                self._dirty_fields.pop(field, None)
        if wrappers:
            wrapped = self.runtime.service(self, "field-data-unbound")
            for wrapper in wrappers:
                wrapped = wrapper(wrapped)
            self._bound_field_data = wrapped
