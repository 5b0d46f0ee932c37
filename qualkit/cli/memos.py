"""Commands about memos."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qualkit.cli.group import ListingGroup
from qualkit.cli.opening import reading, working
from qualkit.cli.output import listing

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    import pandas as pd

    class Aim(TypedDict):
        """What a memo is about, as ``Target`` takes it."""

        document: str | None
        position: int | None
        speaker: str | None
        code: str | None
        round: str


__all__ = ["COMMANDS"]

_CODER = click.option("--coder", required=True, help="Whose memo it is.")


@click.group(cls=ListingGroup)
def memo() -> None:
    """List, write, change or delete memos."""


@memo.command("list")
@click.argument("project")
@click.option("--about", help="project, document, speaker, utterance, code or coding.")
@click.option("--search", help="Only those that have these words.")
@click.option("--viewer", help="Who asks; matters while a blind round is open.")
@listing
def memo_list(
    project: str, about: str | None, search: str | None, viewer: str | None
) -> pd.DataFrame:
    """List the memos (what `qualkit memo PROJECT` does)."""
    with reading(project) as opened:
        return opened.list_memos(about=about, search=search, viewer=viewer)


@memo.command("add")
@click.argument("project")
@click.argument("text")
@_CODER
@click.option("--document", help="About this document, or with --position an utterance of it.")
@click.option("--position", type=int, help="About this utterance.")
@click.option("--speaker", help="About this speaker.")
@click.option("--code", help="About this code; with --document and --position, about the coding.")
@click.option("--round", default="main", show_default=True, help="The round of the coding.")
def memo_add(project: str, text: str, coder: str, **aim: Unpack[Aim]) -> None:
    """Write a memo; without any option about the project as a whole."""
    from qualkit.workflow.memos import Target  # noqa: PLC0415  loads pandas

    with working(project) as opened:
        number = opened.add_memo(text, coder=coder, target=Target(**aim))
    click.echo(f"Memo {number} written.")


@memo.command("change")
@click.argument("project")
@click.argument("number")
@click.argument("text")
@_CODER
def memo_change(project: str, number: str, text: str, coder: str) -> None:
    """Give the memo NUMBER (or what it begins with) other words."""
    with working(project) as opened:
        opened.change_memo(number, text, coder=coder)
    click.echo(f"Memo {number} changed.")


@memo.command("delete")
@click.argument("project")
@click.argument("number")
@_CODER
def memo_delete(project: str, number: str, coder: str) -> None:
    """Delete the memo NUMBER (or what it begins with); undo brings it back."""
    with working(project) as opened:
        opened.delete_memo(number, coder=coder)
    click.echo(f"Memo {number} deleted.")


COMMANDS = (memo,)
