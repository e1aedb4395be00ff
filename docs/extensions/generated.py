"""
An extension of Sphinx: pages that are made from the code while the docs are built, so that they cannot go stale.

``.. generated:: settings`` puts the pages' bodies where it stands; ``_BODIES`` has the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import nested_parse_with_titles

from docs.extensions.codes_pages import grade_decisions, score_decisions
from docs.extensions.commands_page import commands_page
from docs.extensions.permissions_page import permissions
from docs.extensions.rest_page import rest_page
from docs.extensions.settings_page import settings_page

_BODIES: Final[Mapping[str, Callable[[], Iterator[str]]]] = {
    "settings": settings_page,
    "commands": commands_page,
    "permissions": permissions,
    "rest-api": rest_page,
    "score-decisions": score_decisions,
    "grade-decisions": grade_decisions,
}


class Generated(SphinxDirective):
    """Puts a body made from the code into the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the body and parse it, headings included."""
        name = self.arguments[0]
        holder = nodes.section()
        holder.document = self.state.document
        lines = StringList(list(_BODIES[name]()), source=f"<generated {name}>")
        nested_parse_with_titles(self.state, lines, holder)
        return cast(list[nodes.Node], holder.children)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and the settings as things that can be referred to."""
    app.add_directive("generated", Generated)
    app.add_object_type("setting", "setting", indextemplate="pair: %s; setting")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
