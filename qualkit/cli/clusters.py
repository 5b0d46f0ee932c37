"""Clusters and contrasts: code-tree, profiles, correspondence, combinations; and charts of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qualkit.cli.counting import ATTRIBUTES, BY, given, whose
from qualkit.cli.opening import reading
from qualkit.cli.output import listing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMMANDS", "KINDS"]

_LEVELS = click.Choice(["code", "theme"])
KINDS = (
    "themes", "heatmap", "differences", "cooccurrence", "network", "combinations", "tree", "map",
    "profiles", "saturation", "length", "portrait", "progress",
)  # fmt: skip
"""The charts of ``qualkit.workflow.drawing``, written here so that ``--help`` starts quickly."""


@click.command()
@click.argument("project")
@click.option("--within", default="utterance", show_default=True, help="Also span, turn, document.")
@click.option("--of", type=click.Choice(["jaccard", "phi"]), default="jaccard", show_default=True)
@click.option(
    "--linkage",
    type=click.Choice(["average", "complete", "single"]),
    default="average",
    show_default=True,
)
@click.option("--level", type=_LEVELS, default="code", show_default=True)
@whose
@listing
def code_tree(project: str, **options: Any) -> pd.DataFrame:
    """Join codes into clusters, those that are used together most first."""
    with reading(project) as opened:
        return opened.code_tree(**given(options))


@click.command()
@click.argument("project")
@click.option("--by", default="speaker", show_default=True, help="Also stakeholder_type, role ...")
@click.option(
    "--of", type=click.Choice(["cosine", "jensen_shannon"]), default="cosine", show_default=True
)
@click.option("--fewest", default=5, show_default=True, help="Coded utterances that it takes.")
@click.option("--level", type=_LEVELS, default="code", show_default=True)
@ATTRIBUTES
@whose
@listing
def profiles(project: str, **options: Any) -> pd.DataFrame:
    """Say who resembles whom in what they raise, the most alike first."""
    with reading(project) as opened:
        return opened.profiles(**given(options))


@click.command()
@click.argument("project")
@BY
@click.option("--level", type=_LEVELS, default="theme", show_default=True)
@ATTRIBUTES
@whose
@listing
def correspondence(project: str, **options: Any) -> pd.DataFrame:
    """Put codes and groups on one map: a code lies near the groups that raise it."""
    with reading(project) as opened:
        return opened.correspondence(**given(options))


@click.command()
@click.argument("project")
@click.option("--level", type=_LEVELS, default="theme", show_default=True)
@whose
@listing
def combinations(project: str, **options: Any) -> pd.DataFrame:
    """Count which sets of codes stand together on an utterance."""
    with reading(project) as opened:
        table = opened.combinations(**given(options))
        return table.assign(codes=["; ".join(codes) or "(no code)" for codes in table["codes"]])


@click.command()
@click.argument("project")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("what", nargs=-1)
@click.option("--to", "path", required=True, metavar="FILE", help="A .svg or a .png file.")
@click.option("--title", default="", help="Above the chart.")
@click.option("--by", help="What makes the groups.")
@click.option("--of", help="What is counted, or the distance of a tree.")
@click.option("--within", help="The unit: utterance, span, turn, document.")
@click.option("--level", type=_LEVELS)
@click.option("--measure", help="What a chart of co-occurrence shows.")
@whose
def chart(project: str, path: str, kind: str, what: tuple[str, ...], **options: Any) -> None:
    """Draw a finding of this KIND into a file, without a browser.

    WHAT are two groups for differences, a document for portrait, nothing for the others.
    """
    asked = {name: value for name, value in given(options).items() if value}
    with reading(project) as opened:
        click.echo(opened.save_chart(path, kind, *what, **asked))


COMMANDS = (code_tree, profiles, correspondence, combinations, chart)
