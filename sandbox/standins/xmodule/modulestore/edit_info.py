"""Who edited a block and when."""

from __future__ import annotations

from xblock.core import XBlockMixin


class EditInfoMixin(XBlockMixin):
    """Read the record of edits that the modulestore keeps."""

    @property
    def edited_by(self):
        return self.runtime.edit_info(self).get("edited_by")

    @property
    def edited_on(self):
        return self.runtime.edit_info(self).get("edited_on")
