"""Commands about models as files: saving what a project taught, and saying what a file holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qualkit.cli.opening import reading
from qualkit.cli.output import listing

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    import pandas as pd

    class Saving(TypedDict):
        """What goes into the file."""

        coder: str | None
        measured: bool
        texts: bool


__all__ = ["COMMANDS"]


@click.group()
def model() -> None:
    """Keep what a project taught in a file, to code with it elsewhere."""


@model.command("save")
@click.argument("project")
@click.argument("file", type=click.Path())
@click.option("--coder", help="Learn from this coder's codings only.")
@click.option("--measured", is_flag=True, help="Also measure it on documents held out.")
@click.option(
    "--texts/--no-texts", default=True, help="Keep the utterances learned from.", show_default=True
)
def model_save(project: str, file: str, **saving: Unpack[Saving]) -> None:
    """Write the model that a project's human codings teach."""
    with reading(project) as opened:
        name = opened.save_model(file, **saving)
    click.echo(f"{file}: model {name}.")


@model.command("show")
@click.argument("file", type=click.Path())
@listing
def model_show(file: str) -> pd.DataFrame:
    """Say what a model file has learned from, and how good it was found to be."""
    from qualkit.workflow.models import describe_model  # noqa: PLC0415  loads pandas

    return describe_model(file)


COMMANDS = (model,)
