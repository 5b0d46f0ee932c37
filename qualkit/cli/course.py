"""Commands about the course of a study: saturation, over-length, portrait, progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qualkit.cli.counting import given, seeded, whose
from qualkit.cli.opening import reading
from qualkit.cli.output import listing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMMANDS"]

_LEVEL = click.option(
    "--level", type=click.Choice(["code", "theme"]), default="code", show_default=True
)


@click.command()
@click.argument("project")
@click.option("--order", multiple=True, metavar="DOCUMENT", help="Repeat it: the order collected.")
@_LEVEL
@click.option("--base", default=4, show_default=True, help="Documents to compare with.")
@click.option("--run", default=2, show_default=True, help="Documents looked at together.")
@click.option("--threshold", default=0.05, show_default=True, help="Largest share of new codes.")
@seeded
@whose
@listing
def saturation(project: str, **options: Any) -> pd.DataFrame:
    """Say how many new codes each document brings, and when the study was saturated."""
    with reading(project) as opened:
        return opened.saturation(**given(options))


@click.command()
@click.argument("project")
@click.option("--parts", default=10, show_default=True, help="Stretches of each document.")
@whose
@listing
def over_length(project: str, **options: Any) -> pd.DataFrame:
    """Say where in the documents each code comes, from beginning to end."""
    with reading(project) as opened:
        return opened.over_length(**given(options))


@click.command()
@click.argument("project")
@click.argument("document")
@click.option("--coder", "coders", multiple=True, help="Whose codings; may be repeated.")
@click.option("--round", "round_name", help="Only this round.")
@listing
def portrait(project: str, document: str, **options: Any) -> pd.DataFrame:
    """Show one document as a strip: every utterance with its codes and the room it takes."""
    with reading(project) as opened:
        return opened.portrait(document, **given(options))


@click.command()
@click.argument("project")
@click.option("--viewer", help="Who asks; matters while a blind round is open.")
@listing
def progress(project: str, viewer: str | None) -> pd.DataFrame:
    """Say how far each coder has come, in each round and document."""
    with reading(project) as opened:
        return opened.coding_progress(viewer=viewer)


COMMANDS = (saturation, over_length, portrait, progress)
