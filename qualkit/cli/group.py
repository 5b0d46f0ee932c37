"""The shape of the command line: errors as one sentence, and groups that list by default."""

from __future__ import annotations

import sys
from typing import Any

import click

from qualkit.errors import QualkitError

__all__ = ["ListingGroup", "QualkitGroup"]


class QualkitGroup(click.Group):
    """The outermost group: turns an error of qualkit into one sentence and an exit code."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; a ``QualkitError`` goes to stderr as one sentence."""
        try:
            return super().invoke(context)
        except QualkitError as problem:
            click.echo(f"qualkit: {problem}", err=True)
            sys.exit(problem.exit_code)


class ListingGroup(click.Group):
    """A noun that lists when no verb follows: ``codings PROJECT`` beside ``codings import ...``."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Put the verb ``list`` before anything that is no verb."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["list", *args]
        return super().parse_args(context, args)
