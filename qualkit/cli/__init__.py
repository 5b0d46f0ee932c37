"""The command line: every command parses, calls the workflow once and prints."""

from __future__ import annotations

import click

from qualkit import __version__
from qualkit.cli import (
    batch,
    clusters,
    codebook,
    coding,
    codings,
    comparisons,
    completion,
    course,
    evaluation,
    findings,
    history,
    interchange,
    memos,
    models,
    projects,
    reliability,
    retrieval,
    roles,
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
@click.option(
    "--as", "acting", metavar="NAME", envvar="QUALKIT_AS", help="Who you are; matters with a lead."
)
def main(as_of: str | None, acting: str | None) -> None:
    """Code what people said, compare coders, and see whose theme it is."""
    del as_of, acting  # taken up where a project is opened


for _command in (
    *projects.COMMANDS,
    *interchange.COMMANDS,
    *codebook.COMMANDS,
    *coding.COMMANDS,
    *codings.COMMANDS,
    *suggestions.COMMANDS,
    *evaluation.COMMANDS,
    *models.COMMANDS,
    *batch.COMMANDS,
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
    *roles.COMMANDS,
    *memos.COMMANDS,
    *completion.COMMANDS,
):
    main.add_command(_command)

completion.teach(main)
