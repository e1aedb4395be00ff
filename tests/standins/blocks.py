"""Small graded blocks that meet the traps of the platform."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any

from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Float, List, Scope, String
from xblock.scorable import ScorableXBlockMixin, Score
from xblock.utils.studio_editable import StudioEditableXBlockMixin
from xblock.validation import ValidationMessage

# What blocks were told, in order; a fixture empties it for each test.
CALLS: list[Any] = []


class DemoGraded(StudioEditableXBlockMixin, XBlock):
    """Graded, and nothing more: neither scorable nor with any of the teacher's hooks."""

    display_name = String(default="Demo", scope=Scope.settings)
    weight = Float(default=10.0, scope=Scope.settings)
    has_score = Boolean(default=True, scope=Scope.settings)
    hidden_id = String(default="", scope=Scope.settings)
    custom = Dict(default={}, scope=Scope.settings)
    body = String(default="", scope=Scope.content)
    note = String(default="none yet", scope=Scope.user_state)
    notes = List(default=[], scope=Scope.user_state)
    # "5", "none", "text" or "raise": what max_score does; empty gives the weight.
    maximum = String(default="", scope=Scope.settings)
    breaks = String(default="", scope=Scope.settings)
    editable_fields = ("display_name", "weight", "custom", "has_score")

    def max_score(self):
        """Give what the test wants."""
        if self.maximum == "raise":
            raise RuntimeError("max_score failed")
        if self.maximum in ("none", "text"):
            return None if self.maximum == "none" else "ten"
        return float(self.maximum) if self.maximum else self.weight

    def student_view(self, context=None):
        """Show the title."""
        return Fragment(f"<p>Demo: {self.display_name}</p>")

    def author_view(self, context=None):
        """Show the title to an author, or fail."""
        if self.breaks == "author_view":
            raise RuntimeError("author_view failed")
        return Fragment(f"<p>Preview: {self.display_name} {self.runtime.is_author_mode}</p>")

    def studio_view(self, context=None):
        """Show the editor, or fail."""
        if self.breaks == "studio_view":
            raise RuntimeError("studio_view failed")
        return super().studio_view(context)

    def validate(self):
        """Validate, or fail."""
        if self.breaks == "validate":
            raise RuntimeError("validate failed")
        return super().validate()

    def validate_field_data(self, validation, data):
        """Refuse negative weights, and warn of very high ones."""
        if data.weight is not None and data.weight < 0:
            validation.add(ValidationMessage(ValidationMessage.ERROR, "The weight is negative."))
        if data.weight is not None and data.weight > 1000:
            validation.add(ValidationMessage(ValidationMessage.WARNING, "The weight is very high."))

    @XBlock.handler
    def whoami(self, request, suffix=""):
        """Answer anybody, as handlers of the platform do unless they check."""
        from webob import Response

        return Response(json_body={"user": self.scope_ids.user_id, "method": request.method})


class DemoScorable(ScorableXBlockMixin, XBlock):
    """Scorable by the book; publishes what ``get_score`` says."""

    display_name = String(default="Scorable", scope=Scope.settings)
    weight = Float(default=10.0, scope=Scope.settings)
    raw_earned = Float(default=None, scope=Scope.user_state)
    raw_possible = Float(default=None, scope=Scope.user_state)
    saves = Boolean(default=False, scope=Scope.settings)

    def max_score(self):
        """Give the weight."""
        return self.weight

    def has_submitted_answer(self):
        """Say yes once there is a score."""
        CALLS.append(("has_submitted_answer", self.scope_ids.user_id))
        return self.raw_earned is not None

    def get_score(self):
        """Give the stored score."""
        return Score(raw_earned=self.raw_earned, raw_possible=self.raw_possible)

    def set_score(self, score):
        """Store the score, and save at once where the test wants it."""
        CALLS.append(("set_score", score.raw_earned, score.raw_possible))
        self.raw_earned = score.raw_earned
        self.raw_possible = score.raw_possible
        if self.saves:
            self.save()

    def calculate_score(self):
        """Give the maximum."""
        CALLS.append(("calculate_score", self.scope_ids.user_id))
        return Score(raw_earned=self.weight, raw_possible=self.weight)

    def publish_grade(self):
        """Publish through the runtime, as the override asks."""
        CALLS.append(("publish_grade", self.scope_ids.user_id))
        score = self.get_score()
        self.runtime.publish(self, "grade", {"value": score.raw_earned, "max_value": score.raw_possible})


class Duck(XBlock):
    """Not scorable, but with the members that the teacher's actions look for."""

    display_name = String(default="Duck", scope=Scope.settings)
    weight = Float(default=10.0, scope=Scope.settings)
    has_score = Boolean(default=True, scope=Scope.settings)
    answered = Boolean(default=True, scope=Scope.settings)

    def max_score(self):
        """Give the weight."""
        return self.weight

    def set_score(self, score):
        """Remember what the teacher set."""
        CALLS.append(("set_score", self.scope_ids.user_id, score.raw_earned, score.raw_possible))

    def publish_grade(self):
        """Remember that the teacher published."""
        CALLS.append(("publish_grade", self.scope_ids.user_id))

    def has_submitted_answer(self):
        """Say what the test wants."""
        return self.answered

    def rescore(self, only_if_higher):
        """Remember whose score was asked for."""
        CALLS.append(("rescore", self.scope_ids.user_id, only_if_higher))


class Hooked(XBlock):
    """Has the hook for the deletion of a learner's state."""

    display_name = String(default="Hooked", scope=Scope.settings)
    weight = Float(default=10.0, scope=Scope.settings)
    has_score = Boolean(default=True, scope=Scope.settings)
    fails = Boolean(default=False, scope=Scope.settings)

    def max_score(self):
        """Give the weight."""
        return self.weight

    def clear_student_state(self, **kwargs):
        """Remember what the platform said, or fail."""
        CALLS.append(("clear_student_state", self.scope_ids.user_id, kwargs))
        if self.fails:
            raise RuntimeError("the hook failed")


class CustomCompletion(DemoGraded):
    """Speaks for its own completion."""

    has_custom_completion = True
    completion_mode = "completable"


BLOCKS = {
    "demo_graded": "DemoGraded",
    "demo_scorable": "DemoScorable",
    "duck": "Duck",
    "hooked": "Hooked",
    "custom_completion": "CustomCompletion",
}


def register() -> None:
    """Install the blocks under their entry point names."""
    for name, cls in BLOCKS.items():
        entry_point = EntryPoint(name=name, value=f"{__name__}:{cls}", group="xblock.v1")
        if (name, entry_point) not in XBlock.extra_entry_points:
            XBlock.extra_entry_points.append((name, entry_point))
