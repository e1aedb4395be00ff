"""What a line of a shell block asks for, without running it: does the command exist, and would it take its options?"""

from __future__ import annotations

import re
import shlex
import subprocess
from functools import cache
from importlib.util import find_spec

from django.core.management import CommandError, get_commands, load_command_class

from tests.docs.pages import ROOT, Block

#: Programs of the operating system; what they do is not ours to check.
FOREIGN = {"cd", "curl", "export", "git", "openssl", "."}


class Wrong(Exception):
    """A command of the docs that would not work, and why."""


def commands_of(block: Block) -> list[list[str]]:
    """Return the commands of a block as words, without comments, continuations and here-documents."""
    text = re.sub(r"<<(\w+)\n.*?^\1$", "", block.text, flags=re.DOTALL | re.MULTILINE).replace("\\\n", " ")
    return [words for line in text.splitlines() if (words := shlex.split(line, comments=True))]


def check(words: list[str]) -> None:
    """Raise ``Wrong`` for a command that does not exist or does not take these options."""
    head, rest = words[0], words[1:]
    if head == "make":
        _check_make(rest)
    elif (head == "./manage.py" and rest[:1] == ["lms"]) or words[1:2] == ["manage.py"]:
        _check_manage(rest[1:])
    elif words[1:2] == ["-m"]:
        if find_spec(rest[1]) is None:
            raise Wrong(f"there is no module {rest[1]}")
    elif head == "tutor":
        _check_tutor(rest)
    elif head == "bash" or (words[1:2] and rest[0].endswith(".py")):
        if not (ROOT / rest[0]).is_file():
            raise Wrong(f"there is no file {rest[0]}")
    elif head not in FOREIGN:
        raise Wrong(f"nobody knows how to check {head}; say '.. not run: …' before the block")


def _check_make(words: list[str]) -> None:
    targets, variables = _makefile()
    for word in words:
        name, _, value = word.partition("=")
        if name not in (variables if value else targets):
            raise Wrong(f"the Makefile has no {'variable' if value else 'target'} {name}")


def _check_tutor(words: list[str]) -> None:
    """Check the command that runs in a container; Tutor itself is not ours to check."""
    if "./manage.py" in words:
        check(words[words.index("./manage.py") :])


@cache
def _makefile() -> tuple[frozenset[str], frozenset[str]]:
    printed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return (
        frozenset(re.findall(r"^\s*make (\S+)", printed, flags=re.MULTILINE)),
        frozenset(re.findall(r"^(\w+) \?=", text, flags=re.MULTILINE)),
    )


def _check_manage(words: list[str]) -> None:
    """Parse the options as the command would; what stands behind a pipe or a redirection is the shell's."""
    ends = [number for number, word in enumerate(words) if word in {"|", ">", "<", "&&"}]
    name, *options = words[: ends[0]] if ends else words
    app = get_commands().get(name)
    if app is None:
        raise Wrong(f"there is no command {name}")
    command = app if not isinstance(app, str) else load_command_class(app, name)
    command._called_from_command_line = False  # so that wrong options raise, and do not end the process
    try:
        command.create_parser("manage.py", name).parse_args(options)
    except CommandError as error:
        raise Wrong(f"{name}: {error}") from error
    except SystemExit as end:
        if end.code:
            raise Wrong(f"{name} does not take {options}") from end
