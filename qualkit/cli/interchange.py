"""Commands that bring in what other programs made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import qualkit as qk
from qualkit.cli.codings import codings
from qualkit.cli.opening import working
from qualkit.cli.output import show

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    class Coming(TypedDict):
        """How another program's project comes in."""

        coder: str | None
        round_name: str
        finished: bool
        offsets: str | None

    class Matching(TypedDict):
        """How a table of coded passages comes in."""

        coder: str | None
        round_name: str
        threshold: float


__all__ = ["COMMANDS"]

_PROGRAMS = ("nvivo", "atlas", "maxqda")
_OFFSETS = click.Choice(
    ("standard", "characters", "utf-16", *_PROGRAMS, "inclusive", "utf-16-inclusive")
)
_CODER = click.option("--coder", help="Whose codings those are that name nobody.")
_ROUND = click.option("--round", "round_name", default="main", show_default=True, help="Theirs.")
_JSON = click.option("--json", "form", flag_value="json", help="Print JSON.")
_CSV = click.option("--csv", "form", flag_value="csv", help="Print CSV.")


@click.command("import-project")
@click.argument("project")
@click.argument("file", type=click.Path())
@click.option("--new", is_flag=True, help="Make PROJECT out of the file; it must not exist yet.")
@_CODER
@_ROUND
@click.option("--finished", is_flag=True, help="Coders have read their documents to the end.")
@click.option("--offsets", type=_OFFSETS, help="Of a .qdpx: how positions count; else found out.")
@_JSON
@_CSV
def import_project(
    project: str, file: str, new: bool, form: str | None, **options: Unpack[Coming]
) -> None:
    """Bring in FILE of another program: qdpx, qda, sqlite3, rqda, rock, txt, docx."""
    if new:
        made, report = qk.create_project_from(file, project, **options)
        made.close()
    else:
        with working(project) as opened:
            report = opened.import_project(file, **options)
    show(report, form, wrap=True)


@codings.command("match")
@click.argument("project")
@click.argument("file", type=click.Path())
@_CODER
@_ROUND
@click.option("--threshold", default=90.0, show_default=True, help="Least likeness of a quote.")
@_JSON
@_CSV
def codings_match(project: str, file: str, form: str | None, **options: Unpack[Matching]) -> None:
    """Bring in coded passages by their words: tables of ATLAS.ti, MAXQDA, Taguette ..."""
    with working(project) as opened:
        report = opened.match_codings(file, **options)
    show(report, form, wrap=True)


COMMANDS = (import_project,)
