"""``manage.py lti_ags_doctor``: look at the live site, and say what is wrong and what to do."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from lti_ags.data.findings import Finding, Health
from lti_ags.models import LtiTool
from lti_ags.services.diagnosis import diagnose
from lti_ags.services.tools import tools_named


class Command(BaseCommand):
    """Look at settings, database, keys, broker, grades and tools."""

    help = (
        "Look at the live site: settings, addresses, cache, database, clock, secrets, platform keys, broker, workers, "
        "overdue grades, and the keys of tools. Each line is pass, warn or fail, with what to do. Exits with 1 when "
        "something fails. Run it in LMS and Studio: each compares its secrets with the other's."
    )
    # What the checks say is among the findings, and an error there must not keep the others from being told.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the tools to look at, and the form of the answer."""
        parser.add_argument(
            "--tool",
            action="append",
            default=[],
            metavar="NAME",
            help="look at the keys of this tool only: its UUID, client id or name; repeatable; default: all enabled",
        )
        parser.add_argument("--json", action="store_true", help="print a JSON list of findings instead")

    def handle(self, *_args: Any, tool: list[str], json: bool, **_options: Any) -> None:
        """Print what was found, as it is found."""
        findings = []
        for finding in diagnose(tools=_tools_named(tool)):
            findings.append(finding)
            if not json:
                self._print(finding)
        if json:
            self.stdout.write(_as_json(findings))
        counted = Counter(finding.health for finding in findings)
        told = f"{counted[Health.PASS]} passed, {counted[Health.WARN]} to look at, {counted[Health.FAIL]} failed."
        if counted[Health.FAIL]:
            raise CommandError(told)
        if not json:
            self.stdout.write(told)

    def _print(self, finding: Finding) -> None:
        styles = {Health.PASS: self.style.SUCCESS, Health.WARN: self.style.WARNING, Health.FAIL: self.style.ERROR}
        self.stdout.write(f"{styles[finding.health](finding.health.value)}  {finding.check}: {finding.message}")
        if finding.advice:
            self.stdout.write(f"      {finding.advice}")


def _tools_named(names: list[str]) -> list[LtiTool] | None:
    """Return the tools that were asked for, or None for all."""
    if not names:
        return None
    tools = []
    for name in names:
        try:
            found = tools_named(name)
        except DatabaseError:
            # What ails the database is among the findings, and then no tool is looked at.
            return []
        if not found:
            raise CommandError(f"--tool: no tool has {name!r} as its UUID, client id or name.")
        tools += found
    return tools


def _as_json(findings: list[Finding]) -> str:
    return json.dumps([asdict(finding) for finding in findings], indent=2)
