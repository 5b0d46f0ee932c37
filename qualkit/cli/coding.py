"""Commands about one coding: apply it, take it away, say more of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

import qualkit as qk
from qualkit.cli.opening import working

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    class Whose(TypedDict):
        """Who codes, and in which round."""

        coder: str
        round_name: str

    class Made(Whose):
        """What a coding is on, and what is said of it."""

        words: str | None
        certainty: int | None
        memo: str | None


__all__ = ["COMMANDS"]

_WORDS = click.option("--words", help="Only these words of the utterance, as they are printed.")


def _place(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add PROJECT DOCUMENT POSITION, the coder and the round to a command."""
    for decorate in (
        click.option("--round", "round_name", default="main", show_default=True),
        click.option("--coder", required=True, help="Who codes; a new name is entered."),
        click.argument("position", type=int),
        click.argument("document"),
        click.argument("project"),
    ):
        function = decorate(function)
    return function


@click.group()
def coding() -> None:
    """Code one utterance: apply a code, take it away, or note that none applies."""


@coding.command("add")
@_place
@click.argument("code")
@_WORDS
@click.option("--certainty", type=click.IntRange(1, 3), help="1 (unsure) to 3 (sure).")
@click.option("--memo", help="Why.")
def coding_add(project: str, document: str, position: int, code: str, **made: Unpack[Made]) -> None:
    """Apply CODE to an utterance, or to words in it."""
    with working(project) as opened:
        is_new = opened.code_utterance(document, position, code, **made)
    state = "" if is_new else " was there already"
    click.echo(f"{document}, {position}: {code}{state}.")


@coding.command("remove")
@_place
@click.argument("code")
@_WORDS
def coding_remove(
    project: str,
    document: str,
    position: int,
    code: str,
    words: str | None,
    **whose: Unpack[Whose],
) -> None:
    """Take one's own coding away; undo brings it back."""
    with working(project) as opened:
        opened.remove_coding(document, position, code, words=words, **whose)
    click.echo(f"{document}, {position}: {code} is taken away.")


@coding.command("set")
@_place
@click.argument("code")
@click.option("--certainty", type=click.IntRange(0, 3), help="1 (unsure) to 3 (sure); 0: none.")
@click.option("--memo", help="Why; an empty one takes it away.")
def coding_set(
    project: str,
    document: str,
    position: int,
    code: str,
    certainty: int | None,
    memo: str | None,
    **whose: Unpack[Whose],
) -> None:
    """Say how sure one is of a coding, and why."""
    wanted = qk.Coding(document, position, code, whose["coder"], whose["round_name"])
    with working(project) as opened:
        opened.set_coding(wanted, memo=memo, certainty=certainty)
    click.echo(f"{document}, {position}: {code} is set.")


@coding.command("in-vivo")
@_place
@click.argument("words")
@click.option("--parent", help="Code to stand under; else it is a theme.")
def coding_in_vivo(
    project: str,
    document: str,
    position: int,
    words: str,
    parent: str | None,
    **whose: Unpack[Whose],
) -> None:
    """Make a code of WORDS that somebody said, and apply it to them."""
    with working(project) as opened:
        made = opened.code_in_vivo(document, position, words, parent=parent, **whose)
    click.echo(f"{document}, {position}: new code '{made.name}'.")


@coding.command("review")
@_place
@click.option("--undone", is_flag=True, help="It is to be looked at again.")
def coding_review(
    project: str, document: str, position: int, undone: bool, **whose: Unpack[Whose]
) -> None:
    """Note that an utterance was looked at: where it has no code, none applies."""
    with working(project) as opened:
        note = opened.unreview_utterance if undone else opened.review_utterance
        is_new = note(document, position, **whose)
    state = "to be looked at" if undone else "looked at"
    click.echo(f"{document}, {position}: {state}{'' if is_new else ', as before'}.")


COMMANDS = (coding,)
