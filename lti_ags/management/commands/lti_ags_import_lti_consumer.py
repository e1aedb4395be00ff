"""
``manage.py lti_ags_import_lti_consumer``: Take courses over from the platform's other LTI component.

How to move a course:

1. Run the command with ``--dry-run``, and check the addresses and keys that it prints for each new tool: authors of the
   course wrote them. Then run it without. It registers the tools of the course's ``lti_consumer`` blocks under their
   client ids, and says what to do with each block. A tool that is registered already stays as it is: what a block asks
   for is printed, and ``--extend-tools`` lets the tool be used in the course and adds the blocks' redirect URIs.
2. In Studio, add a block of ours for each old one, choose the tool, and publish. A block that was exported and imported
   with the tag ``lti_ags`` in the place of ``lti_consumer`` and the same ``url_name`` is found by itself; name any
   other with ``--block``.
3. Agree on a moment with the administrator of each tool, who then enters the addresses and the deployment id that are
   printed; the client id stays. From then on the old blocks no longer launch, and the new ones do.
4. Run the command again: line items and scores go into the new blocks, and from there into the gradebook.
5. Remove the old blocks. Until then, both are in the gradebook.

Not taken over: LTI 1.1; settings that an external service holds (register the tool by hand, and name both blocks);
content items of deep linking; names and roles; proctoring; the platform's keys there, since tools fetch ours; scores
that the course team changed by hand in the gradebook of the old block.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags import edx_platform
from lti_ags.data.consumer import ImportedBlock
from lti_ags.exceptions import PlatformError
from lti_ags.management.keys import key_from
from lti_ags.services.consumer_import import Wishes, import_course
from lti_ags.services.consumer_tables import is_readable
from lti_ags.services.registration_sheets import labelled_values, registration_sheet
from lti_ags.services.tools import tools_named

#: The text above is what an operator needs to read; its first line names the command, which they know.
_HELP: Final = (__doc__ or "").partition(": ")[2].strip()


class Command(BaseCommand):
    """Take over tools, line items and scores; safe to run again."""

    help = _HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Keep the steps of the help on lines of their own."""
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the courses, and which block takes the place of which."""
        parser.add_argument("courses", nargs="+", metavar="COURSE", help="the key of a course run")
        parser.add_argument(
            "--block",
            action="append",
            default=[],
            metavar="OLD=NEW",
            help="usage keys: the block NEW of ours takes the place of the lti_consumer block OLD; repeatable",
        )
        parser.add_argument(
            "--extend-tools",
            action="store_true",
            help="let tools that are registered already be used in these courses too, and add the redirect URIs that "
            "the blocks name; without it, only tell",
        )
        parser.add_argument("--dry-run", action="store_true", help="only tell what would be done; change nothing")

    @no_translations
    def handle(self, *_args: Any, courses: list[str], block: list[str], dry_run: bool, **options: Any) -> None:
        """Take one course over after the other, and tell what became of each block."""
        if not is_readable():
            raise CommandError("The app lti_consumer is not installed here, or is older than release 11.")
        if not edx_platform.is_lms():
            raise CommandError("Only the LMS knows learners and grades: run this command as './manage.py lms …'.")
        keys = [key_from(CourseKey, course, option="COURSE") for course in courses]
        wishes = Wishes(
            targets=_targets(block),
            tell=self._tell_progress,
            is_dry_run=dry_run,
            may_extend_tools=options["extend_tools"],
        )
        tools = set()
        for key in keys:
            self.stdout.write(f"{key}:")
            try:
                for told in import_course(key, wishes=wishes, now=timezone.now()):
                    self._tell_block(told, verbosity=options["verbosity"])
                    tools |= {told.tool_uuid} if told.registered and told.tool_uuid else set()
            except PlatformError as error:
                raise CommandError(f"The platform does not answer: {error}. What is told above is done.") from error
        for tool_uuid in [] if dry_run else sorted(tools):
            self._tell_tool(tool_uuid)
        self.stdout.write("Nothing was changed." if dry_run else "Done.")

    def _tell_progress(self, count: int) -> None:
        self.stdout.write(f"    {count} scores looked at ...")

    def _tell_block(self, told: ImportedBlock, *, verbosity: int) -> None:
        arrow = f" -> {told.target}" if told.target else ""
        self.stdout.write(f"  {told.usage_key}{arrow}")
        if told.registered:
            self.stdout.write("    Its tool is registered now.")
        for label, value in told.registered.items():
            self.stdout.write(f"      {label}: {value}")
        if told.addresses:
            self.stdout.write(
                f"    Line items: {told.new_line_items} new, {told.known_line_items} known. "
                f"Scores: {told.new_scores} new, {told.known_scores} known."
            )
        for reason, count in told.refused.items():
            self.stdout.write(f"    {count} scores are left out: {reason}.")
        for note in told.notes:
            self.stdout.write(f"    {note}")
        for line_item_id, url in told.addresses.items() if verbosity > 1 else ():
            self.stdout.write(f"    Line item {line_item_id} is now {url}")

    def _tell_tool(self, tool_uuid: str) -> None:
        [tool] = tools_named(tool_uuid)
        sheet = registration_sheet(tool)
        self.stdout.write(f"Tell the administrator of {tool.name!r} (client id {sheet.client_id}, which stays):")
        for label, value in labelled_values(sheet):
            self.stdout.write(f"    {label}: {value}")


def _targets(pairs: list[str]) -> Mapping[UsageKey, UsageKey]:
    targets = {}
    for pair in pairs:
        old, separator, new = pair.partition("=")
        if not separator:
            raise CommandError(f"--block: {pair!r} has no '='; expected OLD=NEW.")
        there = key_from(UsageKey, old, option="--block")
        targets[there] = key_from(UsageKey, new, option="--block")
    return targets
