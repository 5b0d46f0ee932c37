"""Commands about the quality of suggestions, and about what to look at next."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from qualkit.cli.opening import reading
from qualkit.cli.output import show

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypedDict, Unpack

    class How(TypedDict):
        """What is held to account, and how."""

        coder: str | None
        round_name: str | None
        folds: int | None
        seed: int
        accepted: bool
        progress: Callable[[str], None] | None

    class Options(TypedDict):
        """Which table, and how it is made."""

        coder: str | None
        round_name: str | None
        measures: tuple[str, ...]
        curve: bool
        calibration: bool
        until: float | None
        folds: int | None
        seed: int
        accepted: bool

    class Ordering(TypedDict):
        """What to order, and how much of it."""

        top: int
        round_name: str
        documents: bool
        moderators: bool

    class Missing(TypedDict):
        """How much to show, and how documents are held out."""

        top: int
        round_name: str
        folds: int | None
        seed: int


__all__ = ["COMMANDS"]

_MEASURES = ("average_precision", "f1")
_FEWER = ["n", "prevalence", "gain_low", "gain_high"]  # left to --json and --csv
_JSON = click.option("--json", "form", flag_value="json", help="Print JSON.")
_CSV = click.option("--csv", "form", flag_value="csv", help="Print CSV.")
_ROUND = click.option("--round", "round_name", help="Only this round.")
_CODED_IN = click.option("--round", "round_name", default="main", show_default=True)
_FOLDS = click.option("--folds", type=int, help="Parts to deal the documents into.")
_SEED = click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="For the dealing."
)


@click.command()
@click.argument("project")
@click.option("--coder", help="Only this coder's codings.")
@_ROUND
@_FOLDS
@_SEED
@click.option("--accepted", is_flag=True, help="Count accepted suggestions as codings.")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    default=_MEASURES,
    show_default=True,
    help="Of each code; may be repeated.",
)
@click.option("--curve", is_flag=True, help="Show how it gets better with every document.")
@click.option("--calibration", is_flag=True, help="Show how true the probabilities are.")
@click.option("--until", type=float, help="With --curve: the value to say how many more for.")
@_JSON
@_CSV
def evaluate(project: str, form: str | None, **options: Unpack[Options]) -> None:
    """Say how good suggestions are, on documents held out whole."""
    curve, calibration, until = options["curve"], options["calibration"], options["until"]
    if (curve and calibration) or (until is not None and not curve):
        raise click.UsageError("give --curve (with or without --until), --calibration, or neither")
    measures, how = options["measures"], _how(options)
    with reading(project) as opened:
        if curve:
            table = opened.learning_curve(until=until, **how)
        elif calibration:
            table = opened.calibration_curve(**how)
        else:
            table = opened.evaluate(measures=measures, **how)
    fewer = _FEWER if form is None and not curve and not calibration else []
    show(table.drop(columns=fewer), form, wrap=True)


def _how(options: Options) -> How:
    """Return what the three tables of quality have in common, with progress on a terminal."""
    progress = (lambda words: click.echo(words, err=True)) if sys.stderr.isatty() else None
    return {
        "coder": options["coder"],
        "round_name": options["round_name"],
        "folds": options["folds"],
        "seed": options["seed"],
        "accepted": options["accepted"],
        "progress": progress,
    }


@click.command("next")
@click.argument("project")
@click.option("--coder", required=True, help="Who codes.")
@click.option("--top", default=20, show_default=True, help="At most so many.")
@_CODED_IN
@click.option("--documents", is_flag=True, help="Order documents instead of utterances.")
@click.option("--moderators", is_flag=True, help="Take what moderators said, too.")
@_JSON
@_CSV
def next_(project: str, coder: str, form: str | None, **options: Unpack[Ordering]) -> None:
    """Say what is worth coding next, and why."""
    with reading(project) as opened:
        show(opened.next_to_code(coder, **options), form, wrap=True)


@click.command()
@click.argument("project")
@click.option("--coder", required=True, help="Whose codings.")
@click.option("--top", default=20, show_default=True, help="At most so many of each kind.")
@_CODED_IN
@_FOLDS
@_SEED
@_JSON
@_CSV
def missed(project: str, coder: str, form: str | None, **options: Unpack[Missing]) -> None:
    """List codes that a coder may have missed, and codings worth a second look.

    What the coder is shown goes into the exposure log.
    """
    is_now = click.get_current_context().find_root().params.get("as_of") is None
    with reading(project) as opened:
        show(opened.list_missed(coder, **options, shown=is_now), form, wrap=True)


COMMANDS = (evaluate, next_, missed)
