"""Commands that print findings: agreement, frequency, co-occurrence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qualkit.cli.opening import reading
from qualkit.cli.output import listing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMMANDS"]

_CODERS = click.option("--coder", "coders", multiple=True, help="Whose codings; may be repeated.")
_ROUND = click.option("--round", "round_name", help="Only this round.")
_MODERATORS = click.option("--moderators", is_flag=True, help="Count what moderators said, too.")


@click.command()
@click.argument("project")
@click.option("--level", type=click.Choice(["code", "theme"]), default="code", show_default=True)
@click.option("--coefficient", "coefficients", multiple=True, help="Which; may be repeated.")
@_CODERS
@_ROUND
@_MODERATORS
@listing
def agreement(
    project: str,
    level: str,
    coefficients: tuple[str, ...],
    coders: tuple[str, ...],
    round_name: str | None,
    moderators: bool,
) -> pd.DataFrame:
    """Say how far the coders agree, per code and overall, with intervals."""
    with reading(project) as opened:
        return opened.agreement(
            coders=coders or None,
            round_name=round_name,
            level=level,
            coefficients=coefficients or None,
            moderators=moderators,
        )


@click.command()
@click.argument("project")
@click.option("--by", default="stakeholder_type", show_default=True, help="What makes the groups.")
@click.option(
    "--of", default="utterances", show_default=True, help="Also words, speakers, documents."
)
@_CODERS
@_ROUND
@_MODERATORS
@listing
def frequency(
    project: str,
    by: str,
    of: str,
    coders: tuple[str, ...],
    round_name: str | None,
    moderators: bool,
) -> pd.DataFrame:
    """Count codes and themes in each group, with the denominator and an interval."""
    with reading(project) as opened:
        return opened.frequency(
            by=by, of=of, coders=coders or None, round_name=round_name, moderators=moderators
        )


@click.command()
@click.argument("project")
@click.option(
    "--within",
    default="utterance",
    show_default=True,
    help="Also span, turn, window:K, document.",
)
@_CODERS
@_ROUND
@_MODERATORS
@listing
def cooccurrence(
    project: str,
    within: str,
    coders: tuple[str, ...],
    round_name: str | None,
    moderators: bool,
) -> pd.DataFrame:
    """Say which codes share utterances, and how much more often than by chance."""
    with reading(project) as opened:
        return opened.cooccurrence(
            within=within, coders=coders or None, round_name=round_name, moderators=moderators
        )


COMMANDS = (agreement, frequency, cooccurrence)
