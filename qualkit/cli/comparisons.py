"""Commands that compare: differences, pair-differences, sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qualkit.cli.counting import ATTRIBUTES, BY, given, seeded, whose
from qualkit.cli.opening import reading
from qualkit.cli.output import listing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMMANDS"]


@click.command()
@click.argument("project")
@click.argument("group_a")
@click.argument("group_b")
@BY
@click.option(
    "--of", default="utterances", show_default=True, help="Also words, speakers, documents."
)
@click.option("--level", type=click.Choice(["code", "theme"]), help="Only codes, or only themes.")
@ATTRIBUTES
@seeded
@whose
@listing
def differences(project: str, group_a: str, group_b: str, **options: Any) -> pd.DataFrame:
    """Say what GROUP_A raises more than GROUP_B, and whether chance or one person does it."""
    with reading(project) as opened:
        return opened.differences(group_a, group_b, **given(options))


@click.command()
@click.argument("project")
@click.argument("group_a")
@click.argument("group_b")
@BY
@click.option(
    "--within", default="utterance", show_default=True, help="Also span, turn, window:K, document."
)
@click.option(
    "--measure",
    type=click.Choice(["jaccard", "share_a", "share_b", "of_units"]),
    default="jaccard",
    show_default=True,
)
@click.option("--code", metavar="CODE", help="Only the pairs with this code.")
@click.option("--level", type=click.Choice(["theme"]), help="Only themes with themes.")
@ATTRIBUTES
@whose
@listing
def pair_differences(project: str, group_a: str, group_b: str, **options: Any) -> pd.DataFrame:
    """Say which two things GROUP_A says together more than GROUP_B."""
    with reading(project) as opened:
        return opened.pair_differences(group_a, group_b, **given(options))


@click.command()
@click.argument("project")
@click.option("--reach", default=1, show_default=True, help="Within how many of the next turns.")
@click.option("--step", type=click.Choice(["turn", "utterance"]), default="turn", show_default=True)
@click.option(
    "--speaker",
    type=click.Choice(["any", "other", "same"]),
    default="any",
    show_default=True,
    help="Who says the second code.",
)
@click.option("--code", metavar="CODE", help="Only what follows this code.")
@click.option("--level", type=click.Choice(["theme"]), help="Only themes with themes.")
@seeded
@whose
@listing
def sequences(project: str, **options: Any) -> pd.DataFrame:
    """Say which code follows which within the next turns, and how often by chance."""
    with reading(project) as opened:
        return opened.sequences(**given(options))


COMMANDS = (differences, pair_differences, sequences)
