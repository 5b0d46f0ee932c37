"""Commands that print findings: agreement, frequency, co-occurrence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qualkit.cli.counting import ATTRIBUTES, BY, given, seeded, whose
from qualkit.cli.opening import reading
from qualkit.cli.output import listing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMMANDS"]

LEVEL = click.option(
    "--level",
    type=click.Choice(["code", "rollup", "theme"]),
    default="code",
    show_default=True,
    help="rollup: a code and all below it; theme: themes alone.",
)


@click.command()
@click.argument("project")
@LEVEL
@click.option("--unit", type=click.Choice(["utterance", "span"]), default="utterance")
@click.option("--coefficient", "coefficients", multiple=True, help="Which; may be repeated.")
@click.option(
    "--interval",
    type=click.Choice(["jackknife", "bootstrap", "independent"]),
    default="jackknife",
    show_default=True,
)
@click.option("--resamples", default=1000, show_default=True, help="Of the bootstrap.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the bootstrap."
)
@whose
@listing
def agreement(project: str, **options: Any) -> pd.DataFrame:
    """Say how far the coders agree, per code and overall, with intervals."""
    with reading(project) as opened:
        return opened.agreement(**given(options))


@click.command("agreement-difference")
@click.argument("project")
@click.argument("first")
@click.argument("second")
@click.option(
    "--between",
    type=click.Choice(["round", "codebook_version", "code"]),
    default="round",
    show_default=True,
    help="What FIRST and SECOND are.",
)
@LEVEL
@click.option(
    "--coefficient",
    "coefficients",
    multiple=True,
    default=["alpha"],
    help="Which; may be repeated.",
)
@click.option("--coder", "coders", multiple=True, help="Whose codings; may be repeated.")
@click.option("--moderators", is_flag=True, help="Count what moderators said, too.")
@listing
def agreement_difference(project: str, first: str, second: str, **options: Any) -> pd.DataFrame:
    """Say whether agreement changed between two rounds, codebook versions or codes."""
    with reading(project) as opened:
        return opened.agreement_difference(first, second, **given(options))


@click.command()
@click.argument("project")
@BY
@click.option(
    "--of", default="utterances", show_default=True, help="Also words, speakers, documents."
)
@ATTRIBUTES
@click.option("--suppress", type=int, metavar="N", help="For publication: hide cells below N.")
@seeded
@whose
@listing
def frequency(project: str, **options: Any) -> pd.DataFrame:
    """Count codes and themes in each group, with the denominator, an interval and a test.

    Groups can also be made by coder or by round.
    """
    with reading(project) as opened:
        return opened.frequency(**given(options))


@click.command()
@click.argument("project")
@click.option(
    "--within",
    default="utterance",
    show_default=True,
    help="Also span, turn, window:K, document.",
)
@click.option("--code", metavar="CODE", help="Only what goes with this code, the closest first.")
@click.option("--level", type=click.Choice(["theme"]), help="Only themes with themes.")
@click.option("--by", help="Count each group by itself, such as stakeholder_type.")
@ATTRIBUTES
@whose
@listing
def cooccurrence(project: str, **options: Any) -> pd.DataFrame:
    """Say which codes share utterances, and how much more often than by chance."""
    with reading(project) as opened:
        return opened.cooccurrence(**given(options))


COMMANDS = (agreement, agreement_difference, frequency, cooccurrence)
