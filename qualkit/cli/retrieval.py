"""Commands that find words and codings: retrieve, concordance, keywords, collocations."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from qualkit.cli.opening import reading
from qualkit.cli.output import listing, show

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    import pandas as pd

    class Finding(TypedDict):
        """How ``retrieve`` gives what it finds."""

        viewer: str | None
        context: int
        count: bool
        kwic: bool

    class Lines(TypedDict):
        """What ``concordance`` looks into, and how it shows it."""

        query: str | None
        viewer: str | None
        width: int
        sort: str

    class Counting(TypedDict):
        """Whose codings ``keywords`` takes, and what it shows."""

        by: str
        coders: tuple[str, ...]
        round_name: str | None
        moderators: bool
        top: int
        at_least: int
        least_z: float
        stop_words: str

    class Pairs(TypedDict):
        """Which pairs ``collocations`` shows."""

        query: str | None
        viewer: str | None
        order: str
        at_least: int
        window: int
        top: int
        moderators: bool
        stop_words: str


__all__ = ["COMMANDS"]

_WIDTH = 100  # columns of a text that people read
_QUERY = click.option("--query", metavar="QUERY", help="Only in utterances that it finds.")
_VIEWER = click.option("--viewer", help="Who asks; matters while a blind round is open.")
_MODERATORS = click.option("--moderators", is_flag=True, help="Count what moderators said, too.")
_STOP_WORDS = click.option(
    "--stop-words",
    default="",
    metavar="FILE|english",
    help="Words not to show, from a text file or the list that comes along. Default: none.",
)


def _told(
    read: Callable[[pd.DataFrame], str],
) -> Callable[[Callable[..., pd.DataFrame | int]], Callable[..., None]]:
    """Make a function that returns a table a command: to read, or --json, --csv, --output."""

    def decorate(function: Callable[..., pd.DataFrame | int]) -> Callable[..., None]:
        @click.option("--json", "form", flag_value="json", help="Print JSON.")
        @click.option("--csv", "form", flag_value="csv", help="Print CSV.")
        @click.option("--output", metavar="FILE", help="Write .csv, .json, .parquet or .xlsx.")
        @click.option("--pseudonyms", type=click.Path(), help="With --output: a key file.")
        @functools.wraps(function)
        def command(
            form: str | None, output: str | None, pseudonyms: str | None, **options: Any
        ) -> None:
            if pseudonyms is not None and output is None:
                raise click.UsageError("--pseudonyms is for what is written: name an --output")
            result = function(**options)
            if output is None or isinstance(result, int):
                _tell(result, form, read)
            else:
                _write(options["project"], result, output, pseudonyms)

        return command

    return decorate


def _write(project: str, found: pd.DataFrame, output: str, pseudonyms: str | None) -> None:
    with reading(project) as opened:
        path = opened.write_table(found, output, pseudonyms=pseudonyms)
    names = "the real names" if pseudonyms is None else "pseudonyms"
    click.echo(f"{path}: {_rows(len(found))}, with {names}.")


def _tell(
    result: pd.DataFrame | int, form: str | None, read: Callable[[pd.DataFrame], str]
) -> None:
    if isinstance(result, int):
        click.echo(result)
    elif form is not None:
        show(result, form)
    else:
        click.echo(read(result), nl=False)
        click.echo(_rows(len(result)))
        for name, value in result.attrs.get("about", {}).items():
            click.echo(f"{name.replace('_', ' ')}: {value}")


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _readable(table: pd.DataFrame) -> str:
    """Return what was found as people read it; lines of a concordance under each other."""
    return _lines(table) if "keyword" in table.columns else _passages(table)


def _passages(table: pd.DataFrame) -> str:
    """Return utterances one below the other: where, who, which codes, and the words."""
    told = []
    for row in table.to_dict("records"):
        who = row["speaker"] if _is_text(row["speaker"]) else "no speaker"
        if _is_text(row["stakeholder_type"]):
            who = f"{who} ({row['stakeholder_type']})"
        codes = f"  [{row['codes']}]" if row["codes"] else ""
        told.append(f"{row['document']} {row['position']}  {who}{codes}\n")
        told += [_wrapped(line, "    | ") for line in str(row.get("before") or "").splitlines()]
        told.append(_wrapped(str(row["text"]), "    "))
        told += [_wrapped(line, "    | ") for line in str(row.get("after") or "").splitlines()]
        told.append("\n")
    return "".join(told)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _wrapped(text: str, indent: str) -> str:
    lines = textwrap.wrap(
        " ".join(text.split()), _WIDTH, initial_indent=indent, subsequent_indent=indent
    )
    return "".join(f"{line}\n" for line in lines)


def _lines(table: pd.DataFrame) -> str:
    """Return a concordance with its keywords under each other."""
    from rich.cells import cell_len  # noqa: PLC0415  only here

    rows = table.astype(object).where(table.notna(), "").to_dict("records")
    sides = ("left", "keyword", "right")
    widest = {side: max((cell_len(row[side]) for row in rows), default=0) for side in sides}

    def padding(row: dict[Any, Any], side: str) -> str:
        return " " * (widest[side] - cell_len(row[side]))

    told = []
    for row in rows:
        context = f"{padding(row, 'left')}{row['left']}  {row['keyword']}{padding(row, 'keyword')}"
        who = f"{row['speaker']} ({row['stakeholder_type']})".replace(" ()", "")
        place = f"{row['document']} {row['position']}  {who}".rstrip()
        told.append(f"{context}  {row['right']}{padding(row, 'right')}  {place}\n")
    return "".join(told)


@click.command()
@click.argument("project")
@click.argument("query")
@click.option("--context", default=0, help="Also so many utterances before and after.")
@click.option("--count", is_flag=True, help="Only say how many there are.")
@click.option("--kwic", is_flag=True, help="Show the words looked for under each other.")
@_VIEWER
@_told(_readable)
def retrieve(project: str, query: str, **options: Unpack[Finding]) -> pd.DataFrame | int:
    """Find utterances by QUERY, such as 'code:pay AND NOT speaker:Ann' (see docs/queries.md)."""
    viewer, context = options["viewer"], options["context"]
    if options["kwic"] and context:
        raise click.UsageError("--kwic has its own context: give --kwic or --context")
    with reading(project) as opened:
        if options["kwic"]:
            found = opened.concordance(query=query, viewer=viewer)
        else:
            found = opened.retrieve(query, viewer=viewer, context=context)
        return len(found) if options["count"] else found


@click.command()
@click.argument("project")
@click.argument("word")
@_QUERY
@click.option("--width", default=40, show_default=True, help="Characters on either side.")
@click.option("--sort", default="position", show_default=True, help="Also left, right, keyword.")
@_VIEWER
@_told(_readable)
def concordance(project: str, word: str, **options: Unpack[Lines]) -> pd.DataFrame:
    """Show every place of WORD (a phrase, a stem*, a /pattern/) with what stands around it."""
    with reading(project) as opened:
        return opened.concordance(word, **options)


@click.command()
@click.argument("project")
@click.option("--by", default="code", show_default=True, help="Also theme, stakeholder_type ...")
@click.option("--top", default=20, show_default=True, help="So many words of each.")
@click.option("--at-least", default=3, show_default=True, help="Only words said so many times.")
@click.option("--least-z", default=1.96, show_default=True, help="Only words that differ so much.")
@click.option("--coder", "coders", multiple=True, help="Whose codings; may be repeated.")
@click.option("--round", "round_name", help="Only this round.")
@_MODERATORS
@_STOP_WORDS
@listing
def keywords(project: str, **options: Unpack[Counting]) -> pd.DataFrame:
    """List the words that mark each code, or group of speakers, off from all the rest."""
    with reading(project) as opened:
        return opened.keywords(**options)


@click.command()
@click.argument("project")
@click.argument("word", required=False)
@_QUERY
@click.option("--order", default="likelihood_ratio", show_default=True, help="Also pmi.")
@click.option("--at-least", default=5, show_default=True, help="Only pairs found so many times.")
@click.option("--window", default=2, show_default=True, help="Words that a pair may span.")
@click.option("--top", default=50, show_default=True, help="At most so many.")
@_MODERATORS
@_STOP_WORDS
@_VIEWER
@listing
def collocations(project: str, word: str | None, **options: Unpack[Pairs]) -> pd.DataFrame:
    """List words that stand side by side more often than by chance; with WORD, those beside it."""
    with reading(project) as opened:
        return opened.collocations(word, **options)


COMMANDS = (retrieve, concordance, keywords, collocations)
