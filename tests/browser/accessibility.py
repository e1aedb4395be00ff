"""What axe-core has to say about a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

#: The weights of axe-core that fail a test; the lighter two, minor and moderate, are advice.
_FAILING: Final = ("critical", "serious")
# Each frame is checked by itself: axe-core does not look across origins, and the tool's frame has another.
_OPTIONS: Final = {"resultTypes": ["violations"], "iframes": False}


def check_accessibility(page: Page) -> None:
    """Fail with a list of what axe-core finds serious or critical in a page and in each frame that it has loaded."""
    findings = [finding for frame in _frames(page) for finding in _findings(frame)]
    assert not findings, "\n".join([f"{len(findings)} accessibility findings in {page.url}", *findings])


def _frames(page: Page) -> Iterator[Frame]:
    """Yield the page itself, and the frames in it that hold a page from a server."""
    yield page.main_frame
    yield from (frame for frame in page.frames if frame.parent_frame and frame.url.startswith("http"))


def _findings(frame: Frame) -> Iterator[str]:
    """Yield a line for each element at fault: the rule, what it asks for, the element, and where to read on."""
    frame.wait_for_load_state()
    violations: list[dict[str, Any]] = Axe().run(frame, options=_OPTIONS).response["violations"]
    for violation in violations:
        if violation["impact"] in _FAILING:
            for node in violation["nodes"]:
                selector = " ".join(str(part) for part in node["target"])
                yield (
                    f"- {violation['impact']} {violation['id']}: {violation['help']}\n"
                    f"  at {selector} in {frame.url}\n"
                    f"  {node['html'][:200]}\n"
                    f"  {violation['helpUrl']}"
                )
