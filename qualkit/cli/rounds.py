"""Commands about rounds, and about deciding where coders disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qualkit.cli.opening import reading, working
from qualkit.cli.output import listing

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    import pandas as pd

    class Rules(TypedDict):
        """The rules of a round, as ``open_round`` takes them."""

        mode: str
        suggestions: str | None
        coders: tuple[str, ...] | None
        documents: tuple[str, ...] | None
        sample: float | None
        per: str
        seed: int

    class Verdict(TypedDict):
        """How a disagreement is decided."""

        applies: bool
        reason: str
        by: str
        round_name: str | None


__all__ = ["COMMANDS"]

_BOTH = "both"


@click.command()
@click.argument("project")
@click.option("--progress", is_flag=True, help="One row per round and coder.")
@listing
def rounds(project: str, progress: bool) -> pd.DataFrame:
    """List the rounds, their rules and how far they have come."""
    with reading(project) as opened:
        return opened.list_round_progress() if progress else opened.list_rounds()


@click.group("round")
def round_() -> None:
    """Open a round of coding under rules of its own, or close it for good."""


@round_.command("open")
@click.argument("project")
@click.argument("name")
@click.option("--mode", type=click.Choice(["open", "blind"]), default="open", show_default=True)
@click.option(
    "--suggestions",
    type=click.Choice(["always", "after own decision", "never"]),
    help="When they show; without it never in a blind round, else always.",
)
@click.option("--coder", "coders", multiple=True, help="Who takes part; may be repeated.")
@click.option("--document", "documents", multiple=True, help="What is coded; may be repeated.")
@click.option("--sample", type=float, help="So many utterances, or a share below 1, at random.")
@click.option(
    "--per",
    type=click.Choice(["document", "stakeholder_type", _BOTH]),
    default=_BOTH,
    show_default=True,
    help="What the sample is spread over.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the draw.")
@listing
def round_open(project: str, name: str, **rules: Unpack[Rules]) -> pd.DataFrame:
    """Open a round and say what was drawn."""
    with working(project) as opened:
        return opened.open_round(
            name,
            mode=rules["mode"],
            suggestions=rules["suggestions"],
            coders=rules["coders"] or None,
            documents=rules["documents"] or None,
            sample=rules["sample"],
            per=("document", "stakeholder_type") if rules["per"] == _BOTH else rules["per"],
            seed=rules["seed"],
        )


@round_.command("close")
@click.argument("project")
@click.argument("name")
def round_close(project: str, name: str) -> None:
    """Close a round for good: nothing is coded in it any more, nothing is blind any more."""
    with working(project) as opened:
        opened.close_round(name)
    click.echo(f"Round '{name}' is closed.")


@click.command()
@click.argument("project")
@click.option("--coder", "coders", multiple=True, help="Compare only these; may be repeated.")
@click.option("--round", "round_name", help="Only this round.")
@click.option("--progress", is_flag=True, help="How much is decided, per round and document.")
@listing
def disagreements(
    project: str, coders: tuple[str, ...], round_name: str | None, progress: bool
) -> pd.DataFrame:
    """List the codes that some coders applied to an utterance and others did not."""
    with reading(project) as opened:
        if progress:
            return opened.consensus_progress()
        return opened.list_disagreements(coders=coders or None, round_name=round_name)


@click.command()
@click.argument("project")
@click.argument("document")
@click.argument("position", type=int)
@click.argument("code")
@click.option("--applies/--does-not-apply", required=True, help="Whether the code is to stand.")
@click.option("--reason", required=True, help="Why.")
@click.option("--by", required=True, help="Who decides.")
@click.option("--round", "round_name", help="Where they disagree; without it the newest round.")
def adjudicate(
    project: str, document: str, position: int, code: str, **verdict: Unpack[Verdict]
) -> None:
    """Decide a disagreement; the coders' own codings stay as they are."""
    with working(project) as opened:
        is_settled = opened.adjudicate(document, position, code, **verdict)
    left = "settled" if is_settled else "there is more to decide on it"
    click.echo(f"{document}: utterance {position}, '{code}' decided; {left}.")


COMMANDS = (rounds, round_, disagreements, adjudicate)
