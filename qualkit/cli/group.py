"""The shape of the command line: errors as one sentence, and groups that list by default."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from typing import Any

import click
from click.shell_completion import CompletionItem

from qualkit.errors import QualkitError

__all__ = ["ListingGroup", "QualkitGroup"]


_NOBODY_READS = 141  # what a shell says of a program whose output nobody takes: 128 + SIGPIPE
_OUTPUT_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)


class QualkitGroup(click.Group):
    """The outermost group: turns an error of qualkit into one sentence and an exit code."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the command line; ``--help`` prints here."""
        with _output():
            return super().make_context(*args, **options)

    def invoke(self, context: click.Context) -> Any:
        """Run the command; a ``QualkitError`` goes to stderr as one sentence."""
        try:
            with _output():
                return super().invoke(context)
        except QualkitError as problem:
            click.echo(f"qualkit: {problem}", err=True)
            sys.exit(problem.exit_code)


@contextlib.contextmanager
def _output() -> Iterator[None]:
    """End quietly when nobody reads what is printed, and in a sentence when it has no room."""
    try:
        yield
    except OSError as problem:
        full = problem.filename is None and problem.errno in _OUTPUT_FULL
        if not full and not isinstance(problem, BrokenPipeError):
            raise
        with contextlib.suppress(OSError, ValueError):  # Python would try once more at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not full:
            sys.exit(_NOBODY_READS)
        click.echo(f"qualkit: the output cannot be written: {problem.strerror}.", err=True)
        sys.exit(2)


class ListingGroup(click.Group):
    """A noun that lists when no verb follows: ``codings PROJECT`` beside ``codings import ...``."""

    usual = "list"

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Put the usual verb before anything that is no verb."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = [self.usual, *args]
        return super().parse_args(context, args)

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the verbs, and what the usual one begins with, such as files."""
        verbs = super().shell_complete(context, incomplete)
        params = self.commands[self.usual].get_params(context)
        first = next(one for one in params if isinstance(one, click.Argument))
        return verbs + first.shell_complete(context, incomplete)
