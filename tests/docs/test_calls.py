"""The calls that the how-tos for tool authors show, played in their order by a shell, as a reader would."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from sandbox.processes import child_environment
from sandbox.running import Sandbox
from tests.docs.pages import DOCS, ROOT, Block, read_blocks

PAGES = ("tool-author-calls.rst", "tool-author-errors.rst")
BLOCKS = [block for name in PAGES for block in read_blocks(DOCS / "how-to" / name)]
COMMANDS = [block for block in BLOCKS if block.language == "bash" and not block.reason]
#: Ends what one block has written; no JSON holds it.
SEPARATOR = "\x1e"
#: Members that are others each time, as a whole.
_VARYING = frozenset({"message", "nonce", "iat", "exp", "n", "kid"})


@pytest.fixture(scope="module")
def answers(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each block of commands printed, by page and line."""
    sandbox.wait_until_ready()
    folder = tmp_path_factory.mktemp("reader")
    for name in ("manage.py", "docs"):
        (folder / name).symlink_to(ROOT / name)
    # With the status behind the body, which the page tells in the caption.
    curl = "curl() { command curl --write-out ' %{http_code}' \"$@\"; }"
    script = "\n".join([curl, *(f"{playable(block)}\nprintf '{SEPARATOR}'" for block in COMMANDS)])
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=child_environment({**sandbox.environment, "DJANGO_SETTINGS_MODULE": "sandbox.settings.lms"}),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    printed = done.stdout.split(SEPARATOR)
    return dict(zip(map(str, COMMANDS), printed, strict=False))


def playable(block: Block) -> str:
    """The block with the Python of this run in place of the reader's, and without the status within a pipe."""
    text = block.text.replace(".venv/bin/python", sys.executable)
    return re.sub(r"\$\(curl ", "$(command curl ", text)


def answer_to(command: Block) -> Block | None:
    """The block with the answer, if it follows at once."""
    after = BLOCKS[BLOCKS.index(command) + 1 :]
    return after[0] if after and after[0].language == "json" else None


CALLS = [(command, answer) for command in COMMANDS if (answer := answer_to(command)) is not None]


@pytest.mark.parametrize(("command", "answer"), CALLS, ids=[str(command) for command, _ in CALLS])
def test_call_gets_the_answer_that_the_page_shows(answers: dict[str, str], command: Block, answer: Block) -> None:
    printed = answers[str(command)]
    body, status = (printed, "") if answer.caption == "Printed" else printed.rpartition(" ")[::2]

    assert answer.caption in {"Printed", f"Answer: {status}"}
    assert shape(json.loads(body)) == shape(json.loads(answer.text)), body


def test_pages_are_played_whole(answers: dict[str, str]) -> None:
    assert len(CALLS) >= 10
    assert answers.keys() == set(map(str, COMMANDS))
    assert len(CALLS) == sum(block.language == "json" for block in BLOCKS)


def test_deleted_line_item_is_answered_with_204(answers: dict[str, str]) -> None:
    [deletion] = [block for block in COMMANDS if "--request DELETE" in block.text]

    assert answers[str(deletion)].strip() == "204"


def test_page_of_a_list_links_to_the_next_one(answers: dict[str, str]) -> None:
    [command] = [block for block in COMMANDS if "limit=1" in block.text]
    [shown] = [block for block in BLOCKS if block.language == "text" and block.text.startswith("Link: ")]

    [link] = [line for line in answers[str(command)].splitlines() if line.startswith("Link: ")]

    assert shape(re.sub(r"page=\w+", "page=7b22", link)) == shape(shown.text.strip())


def shape(value: Any, name: str = "") -> Any:
    """The answer without what differs from run to run: ids, ports, digests, and the words of refusals."""
    if isinstance(value, dict):
        return {key: shape(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [shape(member) for member in value]
    if name in _VARYING:
        return "…"
    if isinstance(value, str):
        value = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>", value)
        value = re.sub(r"\bhttp://127\.0\.0\.1:\d{2,}", "<site>", value)
        value = re.sub(r"/(line_items|results)/\d+", r"/\1/<number>", value)
        return re.sub(r"\+block@\w+$", "+block@<id>", value)
    return value
