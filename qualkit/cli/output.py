"""How the command line shows a result: a table, JSON or CSV, all with the same column names."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["listing", "paged", "progressing", "show"]

_WIDE = 200  # columns of a table that goes to a file or a pipe
_WIDEST = 60  # columns of one cell; JSON and CSV have it whole
_DIGITS = 3


def listing(function: Callable[..., pd.DataFrame]) -> Callable[..., None]:
    """Make a function that returns a DataFrame a command body with ``--json`` and ``--csv``."""

    @click.option("--json", "form", flag_value="json", help="Print JSON.")
    @click.option("--csv", "form", flag_value="csv", help="Print CSV.")
    @functools.wraps(function)
    def command(form: str | None, **options: Any) -> None:
        show(function(**options), form)

    return command


def paged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a list that may be long the options ``--find``, ``--limit`` and ``--offset``."""
    words = "Only those with these words in what names them, in any case."
    found = click.option("--find", default="", help=words)
    limit = click.option("--limit", type=int, help="So many at most.")
    return found(limit(click.option("--offset", default=0, help="After so many.")(function)))


@contextmanager
def progressing() -> Iterator[Callable[[str, float], None] | None]:
    """Give what draws a bar of how much is done (0 to 1) of what; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415  only a terminal needs it
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda words, done: bar.update(task, description=words, completed=done)


def show(frame: pd.DataFrame, form: str | None = None, *, wrap: bool = False) -> None:
    """Print a result: ``form`` is "json", "csv" or None for a table, whose cells may ``wrap``.

    A table leaves out the columns that ``attrs["said_below"]`` names: the lines below say them.
    """
    about = frame.attrs.get("about")
    if form == "json":
        rows = json.loads(frame.to_json(orient="records", double_precision=15))
        result = {"rows": rows, "about": about} if about else rows
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        _print_table(frame.drop(columns=frame.attrs.get("said_below", [])), wrap=wrap)
        for name, value in (about or {}).items():
            click.echo(f"{name.replace('_', ' ')}: {value}")


def _print_table(frame: pd.DataFrame, *, wrap: bool) -> None:
    from rich.console import Console  # noqa: PLC0415  only tables need it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in frame.columns:
        numeric = frame[name].dtype.kind in "iuf"
        side: Literal["left", "right"] = "right" if numeric else "left"
        widest = None if wrap else _WIDEST
        table.add_column(
            str(name), justify=side, overflow="ellipsis", no_wrap=not wrap, max_width=widest
        )
    plain = frame.astype(object).where(frame.notna(), None)
    for row in plain.itertuples(index=False, name=None):
        table.add_row(*(Text(_cell(value)) for value in row))
    with console.capture() as drawn:
        console.print(table)
    click.echo(drawn.get(), nl=False)  # rich itself ends with 1 when nobody reads on
    click.echo(f"{len(frame)} row{'' if len(frame) == 1 else 's'}")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        rounded = f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")
        return f"{value:.1g}" if rounded in {"0", "-0"} and value else rounded
    return " ".join(str(value).split())
