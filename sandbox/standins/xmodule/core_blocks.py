"""The platform's own block types that a course needs around a plugin's: containers, text, and one problem."""

from __future__ import annotations

from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Float, Integer, List, Scope, String

from lti_consumer.block import LtiConsumerXBlock
from xmodule.fields import Date
from xmodule.modulestore.inheritance import DEFAULT_START_DATE


class ContainerBlock(XBlock):
    """A block that only holds others."""

    has_children = True
    has_author_view = True

    def student_view(self, context=None):
        """Render every child one after the other."""
        fragment = Fragment()
        for child in self.get_children():
            rendered = child.render("student_view", context)
            fragment.add_fragment_resources(rendered)
            fragment.add_content(rendered.content)
        return fragment

    author_view = student_view


class CourseBlock(ContainerBlock):
    """The root of a course."""

    display_name = String(default="Empty", scope=Scope.settings)
    start = Date(scope=Scope.settings, default=DEFAULT_START_DATE)
    end = Date(scope=Scope.settings)
    advanced_modules = List(default=[], scope=Scope.settings)
    grading_policy = Dict(
        default={
            "GRADER": [{"type": "Homework", "min_count": 1, "drop_count": 0, "short_label": "HW", "weight": 1.0}],
            "GRADE_CUTOFFS": {"Pass": 0.5},
        },
        scope=Scope.content,
    )
    language = String(default=None, scope=Scope.settings)
    teams_enabled = Boolean(default=False, scope=Scope.settings)

    @property
    def id(self):
        return self.location.course_key

    @property
    def org(self):
        return self.id.org


class SequenceBlock(ContainerBlock):
    """A section (``chapter``) or a subsection (``sequential``)."""

    position = Integer(scope=Scope.user_state)


class VerticalBlock(ContainerBlock):
    """A unit."""

    has_custom_completion = True
    completion_mode = "aggregator"


class HtmlBlock(XBlock):
    """A piece of text."""

    display_name = String(default="Text", scope=Scope.settings)
    data = String(default="", scope=Scope.content)

    @classmethod
    def parse_xml(cls, node, runtime, keys):
        """The inner markup of the element is the text."""
        from lxml import etree

        inner = (node.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in node)
        for child in list(node):
            node.remove(child)
        block = super().parse_xml(node, runtime, keys)
        block.data = inner.strip()
        return block

    def add_xml_to_node(self, node):
        from lxml import etree

        super().add_xml_to_node(node)
        node.attrib.pop("data", None)
        inner = etree.fromstring(f"<html>{self.data}</html>")
        node.text = inner.text
        node.extend(list(inner))

    def student_view(self, context=None):
        return Fragment(self.data)

    author_view = student_view


class ProblemBlock(XBlock):
    """A graded block that is not a plugin's: enough of a problem to have a place in the gradebook."""

    display_name = String(default="Problem", scope=Scope.settings)
    weight = Float(default=None, scope=Scope.settings)
    points = Float(default=1.0, scope=Scope.settings)
    data = String(default="", scope=Scope.content)
    has_score = True

    def max_score(self):
        return self.points

    def student_view(self, context=None):
        return Fragment(f"<p>{self.display_name}</p>")

    author_view = student_view


class HiddenBlock(XBlock):
    """What stands in the place of a block whose type is not installed."""

    def student_view(self, context=None):
        return Fragment()


CORE_BLOCKS = {
    "course": CourseBlock,
    "chapter": SequenceBlock,
    "sequential": SequenceBlock,
    "vertical": VerticalBlock,
    "html": HtmlBlock,
    "lti_consumer": LtiConsumerXBlock,
    "problem": ProblemBlock,
}
