"""Commands about the change log: who did what, taking it back, proving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qualkit.cli.opening import reading, working
from qualkit.cli.output import listing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMMANDS"]

_CODER = click.option("--coder", help="Whose change; without it what no coder did.")


@click.command()
@click.argument("project")
@click.option("--last", type=int, help="Only so many, the newest.")
@click.option("--viewer", help="Who asks; matters while a blind round is open.")
@listing
def changes(project: str, last: int | None, viewer: str | None) -> pd.DataFrame:
    """List the change log, newest last."""
    with reading(project) as opened:
        return opened.list_changes(limit=last, viewer=viewer)


@click.command()
@click.argument("project")
@click.argument("document")
@click.argument("position", type=int)
@click.option("--viewer", help="Who asks; matters while a blind round is open.")
@listing
def history(project: str, document: str, position: int, viewer: str | None) -> pd.DataFrame:
    """Say who did what to an utterance."""
    with reading(project) as opened:
        return opened.utterance_history(document, position, viewer=viewer)


@click.command()
@click.argument("project")
@_CODER
def undo(project: str, coder: str | None) -> None:
    """Take back the newest change of a coder."""
    with working(project) as opened:
        done = opened.undo(coder)
    click.echo(f"Taken back: change {done.seq}, {done.action}, {done.at}.")


@click.command()
@click.argument("project")
@_CODER
def redo(project: str, coder: str | None) -> None:
    """Make again what a coder took back last."""
    with working(project) as opened:
        done = opened.redo(coder)
    click.echo(f"Made again: change {done.seq}, {done.action}, {done.at}.")


COMMANDS = (changes, history, undo, redo)
