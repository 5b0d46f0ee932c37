"""The command line: every command parses, calls the workflow once and prints."""

from __future__ import annotations

import click

from qualkit import __version__
from qualkit.cli import (
    clusters,
    codebook,
    coding,
    codings,
    comparisons,
    course,
    evaluation,
    findings,
    history,
    interchange,
    memos,
    projects,
    reliability,
    retrieval,
    rounds,
    safety,
    selfcheck,
    suggestions,
)
from qualkit.cli.group import QualkitGroup

__all__ = ["main"]


@click.group(cls=QualkitGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("--as-of", metavar="MOMENT", help="Read the project as it was: a time, or a change.")
def main(as_of: str | None) -> None:
    """Code what people said, compare coders, and see whose theme it is."""
    del as_of  # taken up where a project is opened to be read


for _command in (
    *projects.COMMANDS,
    *interchange.COMMANDS,
    *codebook.COMMANDS,
    *coding.COMMANDS,
    *codings.COMMANDS,
    *suggestions.COMMANDS,
    *evaluation.COMMANDS,
    *findings.COMMANDS,
    *comparisons.COMMANDS,
    *course.COMMANDS,
    *clusters.COMMANDS,
    *reliability.COMMANDS,
    *retrieval.COMMANDS,
    *history.COMMANDS,
    *safety.COMMANDS,
    *selfcheck.COMMANDS,
    *rounds.COMMANDS,
    *memos.COMMANDS,
):
    main.add_command(_command)
