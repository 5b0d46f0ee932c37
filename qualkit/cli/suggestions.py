"""Commands about suggestions: showing them, turning them down, what they did, and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qualkit.cli.group import ListingGroup
from qualkit.cli.opening import reading, working
from qualkit.cli.output import listing

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    import pandas as pd

    class Wanted(TypedDict):
        """Whose suggestions, and on what."""

        coder: str | None
        round_name: str
        document: str | None
        top: int

    class Asked(TypedDict):
        """Who asks, and in which round."""

        coder: str
        round_name: str

    class Rejection(TypedDict):
        """Whose judgement, and in which round."""

        coder: str
        round_name: str
        take_back: bool


__all__ = ["COMMANDS"]

_MEASURES = click.Choice(["acceptance", "adoption", "prevalence", "agreement"])


@click.command()
@click.argument("project")
@click.option("--coder", help="Who asks: leaves out what this coder is done with, and is noted.")
@click.option("--round", "round_name", default="main", show_default=True)
@click.option("--document", help="Only this document.")
@click.option("--top", default=3, show_default=True, help="At most so many codes an utterance.")
@listing
def suggest(project: str, **wanted: Unpack[Wanted]) -> pd.DataFrame:
    """Suggest codes for utterances, where the round lets suggestions show.

    What a named coder is shown goes into the exposure log: codings made after it count as assisted.
    """
    is_now = click.get_current_context().find_root().params.get("as_of") is None
    with reading(project) as opened:
        return opened.suggest(**wanted, shown=is_now)


@click.group(cls=ListingGroup)
def suggestions() -> None:
    """List what coders were shown, turn suggestions down, or say what they did."""


@suggestions.command("list")
@click.argument("project")
@click.option("--viewer", help="Who asks; matters while a blind round is open.")
@listing
def suggestions_list(project: str, viewer: str | None) -> pd.DataFrame:
    """List which suggestions were shown to whom, and what became of them."""
    with reading(project) as opened:
        return opened.list_exposures(viewer=viewer)


@suggestions.command("reject")
@click.argument("project")
@click.argument("document")
@click.argument("position", type=int)
@click.argument("code")
@click.option("--coder", required=True, help="Whose judgement it is.")
@click.option("--round", "round_name", default="main", show_default=True)
@click.option("--take-back", is_flag=True, help="Let the code be suggested there again.")
def suggestions_reject(
    project: str, document: str, position: int, code: str, **rejection: Unpack[Rejection]
) -> None:
    """Say that a code does not apply to an utterance: it is not suggested there again."""
    with working(project) as opened:
        is_new = opened.reject_suggestion(document, position, code, **rejection)
    what = "taken back" if rejection["take_back"] else "rejected"
    click.echo(f"{document}: {code} on utterance {position} {what if is_new else 'as before'}.")


@suggestions.command("why")
@click.argument("project")
@click.argument("document")
@click.argument("position", type=int)
@click.argument("code")
@click.option("--coder", required=True, help="Who asks.")
@click.option("--round", "round_name", default="main", show_default=True)
@listing
def suggestions_why(
    project: str, document: str, position: int, code: str, **asked: Unpack[Asked]
) -> pd.DataFrame:
    """Say which words speak for CODE and against it, and what was coded alike."""
    with reading(project) as opened:
        told = opened.explain_suggestion(code, place=(document, position), **asked)
    alike = told.nearest[["document", "position", "text"]].itertuples(index=False)
    like = "; ".join(f"{one}, {at}: {text[:80]}" for one, at, text in alike)
    told.reasons.attrs["about"] = {"code": told.code, "rests_on": told.note, "like_it": like}
    return told.reasons


@suggestions.command("quality")
@click.argument("project")
@click.option("--what", type=_MEASURES, default="acceptance", show_default=True)
@click.option("--round", "round_name", help="Only this round.")
@listing
def suggestions_quality(project: str, what: str, round_name: str | None) -> pd.DataFrame:
    """Say how often suggestions are taken, and what changes where they are seen."""
    with reading(project) as opened:
        return opened.suggestion_quality(what, round_name=round_name)


@click.command()
@click.argument("project")
@click.option("--round", "round_name", help="Judge by the codings of this round only.")
@listing
def rules(project: str, round_name: str | None) -> pd.DataFrame:
    """Say how far markers and queries find what people coded."""
    with reading(project) as opened:
        return opened.rate_rules(round_name=round_name)


COMMANDS = (suggest, suggestions, rules)
