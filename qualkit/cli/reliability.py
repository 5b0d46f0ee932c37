"""Commands about how coders agree: who gave what, where they differ, and how much to code twice."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from qualkit.cli.counting import given, whose
from qualkit.cli.opening import reading, working
from qualkit.cli.output import listing, show

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMMANDS"]


def _readable(*left_out: str) -> Callable[[Callable[..., pd.DataFrame]], Callable[..., None]]:
    """Like ``listing``; a table for people wraps its cells and leaves some columns out."""

    def decorate(function: Callable[..., pd.DataFrame]) -> Callable[..., None]:
        @click.option("--json", "form", flag_value="json", help="Print JSON, with all columns.")
        @click.option("--csv", "form", flag_value="csv", help="Print CSV, with all columns.")
        @functools.wraps(function)
        def command(form: str | None, **options: Any) -> None:
            table = function(**options)
            narrow = table.drop(columns=list(left_out), errors="ignore")
            show(table if form else narrow, form, wrap=True)

        return command

    return decorate


def _level(function: Callable[..., Any]) -> Callable[..., Any]:
    choice = click.Choice(["code", "theme"])
    return click.option("--level", type=choice, default="code", show_default=True)(function)


def _assumed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what a plan rests on."""
    for option in (
        click.option(
            "--correlation", default=0.1, show_default=True, help="In a document, without a pilot."
        ),
        click.option("--alpha", default=0.8, show_default=True, help="Expected, without a pilot."),
        click.option("--prevalence", type=float, help="Share of utterances; no pilot then."),
        click.option("--code", help="For this code; coded twice already, it is the pilot."),
        click.option("--width", type=float, required=True, help="Of the interval, end to end."),
    ):
        function = option(function)
    return function


@click.group()
def reliability() -> None:
    """Read how far coders agree, plan what to code twice, report it."""


@reliability.command()
@click.argument("project")
@click.option("--disagreements", "only_disagreements", is_flag=True, help="Only where they differ.")
@_level
@whose
@_readable("agreed", "differs_on", "certainty", "memos")
def utterances(project: str, **options: Any) -> pd.DataFrame:
    """List who gave what, utterance by utterance, one column per coder."""
    with reading(project) as opened:
        return opened.agreement_by_utterance(**given(options))


@reliability.command()
@click.argument("project")
@click.option("--directed", is_flag=True, help="One row for each two coders, who gave which.")
@_level
@whose
@_readable("include_a", "include_b", "exclude_a", "exclude_b", "share_of_a", "share_of_b")
def confusion(project: str, **options: Any) -> pd.DataFrame:
    """Say which codes are taken for each other, with their definitions side by side."""
    with reading(project) as opened:
        return opened.confusion(**given(options))


@reliability.command()
@click.argument("project")
@click.option(
    "--by",
    default="document",
    show_default=True,
    help="Also speaker, stakeholder_type, organisation, role, kind, section.",
)
@click.option("--code", help="Look at this code alone.")
@_level
@whose
@listing
def where(project: str, **options: Any) -> pd.DataFrame:
    """Say in which documents, with which speakers and types coders disagree most."""
    with reading(project) as opened:
        return opened.disagreement_by(**given(options))


@reliability.command()
@click.argument("project")
@click.option("--code", help="This code alone, and all together.")
@click.option("--changes", "only_changes", is_flag=True, help="Only the last part less the first.")
@click.option("--blocks", default=2, show_default=True, help="Parts that the coding is cut into.")
@_level
@whose
@listing
def drift(project: str, **options: Any) -> pd.DataFrame:
    """Say how agreement and each coder's use of codes change in the order of coding."""
    with reading(project) as opened:
        return opened.drift(**given(options))


@reliability.command()
@click.argument("project")
@click.option("--tool", help="NVivo, MAXQDA, ATLAS.ti, Dedoose or QualCoder; without it all.")
@whose
@_readable()
def peers(project: str, **options: Any) -> pd.DataFrame:
    """Say what other programs would print for the same codings, and of what."""
    with reading(project) as opened:
        return opened.peer_figures(**given(options))


@reliability.command()
@click.argument("project")
@click.option("--coefficient", default="alpha", show_default=True, help="As for agreement.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_level
@whose
def paragraph(project: str, as_json: bool, **options: Any) -> None:
    """Write a paragraph for a methods section, and when to leave it out."""
    with reading(project) as opened:
        text = opened.methods_paragraph(**given(options))
    click.echo(json.dumps({"paragraph": text}, ensure_ascii=False) if as_json else text)


@reliability.command()
@click.argument("project")
@_assumed
@click.option("--round", "round_name", help="The pilot; without it all rounds.")
@_readable()
def plan(project: str, **options: Any) -> pd.DataFrame:
    """Say how many documents or utterances to code twice for an interval so wide."""
    with reading(project) as opened:
        return opened.plan_double_coding(**options)


@reliability.command("open")
@click.argument("project")
@click.argument("name")
@_assumed
@click.option("--coder", "coders", multiple=True, required=True, help="Two or more.")
@click.option(
    "--design",
    type=click.Choice(["utterances", "documents"]),
    default="utterances",
    show_default=True,
    help="A sample of every document, or whole documents.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the draw.")
@listing
def open_(project: str, name: str, **options: Any) -> pd.DataFrame:
    """Open a blind round on as much as the plan asks for, drawn at random."""
    with working(project) as opened:
        return opened.open_double_coding(name, **options)


@reliability.command()
@click.argument("project")
@click.argument("name")
@click.option("--coder", required=True, help="Who codes again.")
@click.option("--of", default="main", show_default=True, help="The round to code again.")
@click.option("--sample", default=0.1, show_default=True, help="How many, or a share below 1.")
@click.option(
    "--per",
    type=click.Choice(["document", "stakeholder_type", "both"]),
    default="both",
    show_default=True,
    help="What the sample is spread over.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the draw.")
@listing
def repeat(project: str, name: str, per: str, **options: Any) -> pd.DataFrame:
    """Open a blind round in which a coder codes own utterances again, not seeing how before."""
    strata = ("document", "stakeholder_type") if per == "both" else per
    with working(project) as opened:
        return opened.open_repeat(name, per=strata, **options)


@reliability.command("self")
@click.argument("project")
@click.argument("round_name", metavar="ROUND")
@click.option("--coefficient", "coefficients", multiple=True, help="Which; without it all.")
@_level
@listing
def self_(project: str, **options: Any) -> pd.DataFrame:
    """Say how far a coder agrees with himself or herself, once a repeat is closed."""
    with reading(project) as opened:
        return opened.agreement_with_self(**given(options))


COMMANDS = (reliability,)
