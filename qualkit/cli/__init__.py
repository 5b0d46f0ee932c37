"""The command line: every command parses, calls the workflow once and prints."""

from __future__ import annotations

import click

from qualkit import __version__
from qualkit.cli import codings, findings, projects
from qualkit.cli.group import QualkitGroup

__all__ = ["main"]


@click.group(cls=QualkitGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Code what people said, compare coders, and see whose theme it is."""


for _command in (*projects.COMMANDS, *codings.COMMANDS, *findings.COMMANDS):
    main.add_command(_command)
