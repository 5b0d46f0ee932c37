"""Commands that code great amounts by machine, and audit what the machine did."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

import qualkit as qk
from qualkit.cli.group import ListingGroup
from qualkit.cli.opening import reading
from qualkit.cli.output import listing, show

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    import pandas as pd

    class Drawing(TypedDict):
        """What is drawn, and how."""

        n: int
        seed: int
        by: str | None
        codes: tuple[str, ...]
        shown: bool
        source: str | None


__all__ = ["COMMANDS"]

_ATTRIBUTES = click.Choice(["speaker", "role", "organisation", "stakeholder_type"])


class _BatchGroup(ListingGroup):
    """A verb of its own: ``batch IN OUT`` beside ``batch audit OUT``."""

    usual = "run"


def _pairs(
    context: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Return (code, query) of every CODE=QUERY."""
    found = []
    for value in values:
        code, _, query = value.partition("=")
        if not code.strip() or not query.strip():
            raise click.BadParameter(f"{value!r} is not of the form CODE=QUERY", context, param)
        found.append((code.strip(), query.strip()))
    return found


@click.group(cls=_BatchGroup)
def batch() -> None:
    """Code great amounts by machine, and audit what the machine did: ``batch IN OUT``."""


@batch.command("run")
@click.argument("source", metavar="IN", type=click.Path())
@click.argument("target", metavar="OUT", type=click.Path())
@click.option("--project", help="Code by what this project's human coders taught.")
@click.option("--model", type=click.Path(), help="Code by a file of: qualkit model save.")
@click.option("--coder", help="With --project: learn from this coder's codings only.")
@click.option("--precision", type=float, help="Share of what is offered that should be right.")
@click.option(
    "--query", "queries", metavar="CODE=QUERY", multiple=True, callback=_pairs,
    help="Give CODE to what QUERY finds; may be repeated.",
)  # fmt: skip
@click.option("--markers/--no-markers", default=True, help="Use the codebook's markers, too.")
@click.option("--least", default=0.05, show_default=True, help="Keep probabilities from here on.")
@click.option("--rows", default=20_000, show_default=True, help="Utterances of a partition.")
@click.option(
    "--write", "form", type=click.Choice(["parquet", "csv", "jsonl"]), default="parquet",
    show_default=True,
)  # fmt: skip
@click.option("--jobs", default=1, show_default=True, help="Processes; the result is the same.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Code on a Dask cluster, such as tcp://H:8786."
)
@click.option("--json", "shown", flag_value="json", help="Print JSON.")
@click.option("--csv", "shown", flag_value="csv", help="Print CSV.")
def batch_run(source: str, target: str, shown: str | None, **given: Any) -> None:
    """Code the utterances of IN into the folder OUT.

    IN: a .csv, .jsonl or .parquet file with the columns document and text (position, speaker,
    role, stakeholder_type ... are used if there), or a folder of documents. A run that was killed
    goes on where it was when the same command is given again.
    """
    show(_coded(source, target, given), shown)


def _coded(source: str, target: str, given: dict[str, Any]) -> pd.DataFrame:
    project, model, coder = (given.pop(name) for name in ("project", "model", "coder"))
    if (project is None) == (model is None) or (coder and not project):
        raise click.UsageError("give --project P (perhaps with --coder), or --model FILE")
    if sys.stderr.isatty():
        given["progress"] = lambda words: click.echo(words, err=True)
    if model is not None:
        return qk.code_batch(source, target, model, **given)
    with reading(project) as opened:
        return opened.code_batch(source, target, coder=coder, **given)


@batch.command("counts")
@click.argument("target", metavar="OUT", type=click.Path())
@listing
def batch_counts(target: str) -> pd.DataFrame:
    """Show the machine counts of a batch again."""
    from qualkit.workflow import batch_tables  # noqa: PLC0415  loads pandas

    return batch_tables.batch_counts(target)


@batch.command("audit")
@click.argument("target", metavar="OUT", type=click.Path())
@click.argument("sheet", required=False, type=click.Path())
@click.option("--n", default=400, show_default=True, help="Utterances to draw.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the draw.")
@click.option("--by", type=_ATTRIBUTES, help="Draw apart by this attribute, too.")
@click.option("--code", "codes", multiple=True, help="Check this code only; may be repeated.")
@click.option("--show-machine", "shown", is_flag=True, help="Show what the machine offered.")
@click.option("--input", "source", type=click.Path(), help="Where IN is now, if it was moved.")
@listing
def batch_audit(target: str, sheet: str | None, **drawing: Unpack[Drawing]) -> pd.DataFrame:
    """Draw a random sample for people to check, as SHEET (.csv or .xlsx)."""
    return qk.draw_audit(target, sheet, **drawing)


@batch.command("check")
@click.argument("target", metavar="OUT", type=click.Path())
@click.argument("sheet", type=click.Path())
@click.option("--by", multiple=True, type=_ATTRIBUTES, help="Show apart; may be repeated.")
@click.option("--beyond", is_flag=True, help="Speak of documents like these, not of these alone.")
@listing
def batch_check(target: str, sheet: str, by: tuple[str, ...], beyond: bool) -> pd.DataFrame:
    """Say how right the machine is, and how common codes really are, from a checked SHEET."""
    return qk.check_audit(target, sheet, by=by or None, beyond=beyond)


COMMANDS = (batch,)
