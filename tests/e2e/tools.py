"""A tool on PyLTI1p3 that was brought into the sandbox, and knows nothing but what ``register_tool`` printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pylti1p3.grade import Grade

from sandbox.demo.tool_side import SCOPE, Clock, Exchange, ToolSide, score

ALL_SCOPES = [SCOPE + name for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")]


@dataclass
class BroughtTool:
    """The tool's side. ``values`` are the exported variables; the block in the course has the tool's ``name``."""

    name: str
    values: Mapping[str, str]
    private_pem: str
    public_pem: str
    clock: Clock = field(default_factory=Clock)
    _side: ToolSide | None = None

    @property
    def side(self) -> ToolSide:
        """The library's service classes, asking for every scope."""
        if self._side is None:
            sheet = {name.lower(): value for name, value in self.values.items()}
            endpoint = {"scope": ALL_SCOPES, "lineitems": self.values["LINEITEMS_URL"]}
            self._side = ToolSide.of(sheet, endpoint=endpoint, private_pem=self.private_pem, public_pem=self.public_pem)
        return self._side

    def close(self) -> None:
        if self._side is not None:
            self._side.wire.session.close()

    def create(self, label: str, *, maximum: float, **members: Any) -> str:
        """Create a line item and return its address."""
        made = self.side.create_line_item(label=label, scoreMaximum=maximum, **members)
        assert made.status == 201, made
        return str(made.member("id"))

    def push(self, line_item: str, user_id: str, points: float, *, of: float) -> Exchange:
        """Post a final score."""
        return self.side.post_score(line_item, self.message(user_id, points, of=of))

    def message(self, user_id: str, points: float, *, of: float) -> Grade:
        """A final score, a little later than the one before."""
        return score(user_id, points, of=of, at=self.clock.tick())
