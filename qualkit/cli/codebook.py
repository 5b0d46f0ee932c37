"""Commands about the codebook: files, versions, and every change of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

import qualkit as qk
from qualkit.cli.opening import reading, working
from qualkit.cli.output import listing

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from qualkit import Codebook
    from qualkit.workflow.codebook_changes import CodeFields

__all__ = ["COMMANDS"]

_REASON = click.option("--reason", required=True, help="Why the codebook changes.")
_CODER = click.option("--coder", help="Who changes it.")
_CLOSED = click.option("--include-closed", is_flag=True, help="Move codings in closed rounds too.")
_TOP = "-"


def _fields(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options for what can be said of a code."""
    for option in (
        click.option("--notes", help="What belongs to it and is no rule."),
        click.option("--shortcut", help="One key."),
        click.option("--colour", help="As #rrggbb."),
        click.option("--marker", "markers", multiple=True, help="Hints at it; may be repeated."),
        click.option("--example", "examples", multiple=True, help="May be repeated."),
        click.option("--exclude", help="When not to apply it."),
        click.option("--include", help="When to apply it."),
        click.option("--definition", help="What it means."),
    ):
        command = option(command)
    return command


def _given(fields: dict[str, Any]) -> CodeFields:
    """Return the options that were given; a list of one empty text empties the list."""
    stated = {name: value for name, value in fields.items() if value not in (None, ())}
    return cast("CodeFields", stated)


def _tell(project: str, book: Codebook) -> None:
    click.echo(f"{project}: codebook version {book.version}.")
    for remark in book.remarks:
        click.echo(f"Note: {remark}.")


@click.command()
@click.argument("project")
@listing
def codes(project: str) -> pd.DataFrame:
    """List the codes of the codebook."""
    with reading(project) as opened:
        return opened.list_codes()


@click.group()
def codebook() -> None:
    """Check, show, change, compare or export the codebook."""


@codebook.command("check")
@click.argument("file", type=click.Path())
def codebook_check(file: str) -> None:
    """Say what is wrong with a codebook file (.yaml, .csv, .xlsx, .qdc), with line and field."""
    book = qk.load_codebook(file)
    themes = sum(code.parent is None for code in book.codes)
    click.echo(f"{file}: sound, {len(book.codes)} codes under {themes} themes.")
    for remark in book.remarks:
        click.echo(f"Note: {remark}.")


@codebook.command("show")
@click.argument("project")
@click.option("--versions", is_flag=True, help="The versions and their reasons.")
@listing
def codebook_show(project: str, versions: bool) -> pd.DataFrame:
    """Show the codebook of a project, or its versions."""
    with reading(project) as opened:
        return opened.list_codebook_versions() if versions else opened.list_codes()


@codebook.command("apply")
@click.argument("project")
@click.argument("file", type=click.Path())
@_REASON
def codebook_apply(project: str, file: str, reason: str) -> None:
    """Make a codebook file the next version of a project's codebook."""
    with working(project) as opened:
        _tell(project, opened.apply_codebook(file, reason=reason))


@codebook.command("export")
@click.argument("project")
@click.argument("file", type=click.Path())
@click.option("--pseudonyms", type=click.Path(), help="A key file: its names are replaced.")
def codebook_export(project: str, file: str, pseudonyms: str | None) -> None:
    """Write the codebook of a project, by suffix: .yaml, .csv, .xlsx, .docx or .qdc."""
    with working(project) as opened:
        click.echo(f"{opened.export_codebook(file, pseudonyms=pseudonyms)} written.")


@codebook.command("add")
@click.argument("project")
@click.argument("name")
@click.option("--parent", help="The code above it; without it a theme.")
@_fields
@_REASON
@_CODER
def codebook_add(
    project: str, name: str, parent: str | None, reason: str, coder: str | None, **fields: Any
) -> None:
    """Add a code."""
    with working(project) as opened:
        said = _given(fields)
        _tell(project, opened.add_code(name, reason=reason, coder=coder, parent=parent, **said))


@codebook.command("rename")
@click.argument("project")
@click.argument("code")
@click.argument("name")
@_REASON
@_CODER
def codebook_rename(project: str, code: str, name: str, reason: str, coder: str | None) -> None:
    """Give a code another name; its codings stay."""
    with working(project) as opened:
        _tell(project, opened.rename_code(code, name, reason=reason, coder=coder))


@codebook.command("edit")
@click.argument("project")
@click.argument("code")
@_fields
@_REASON
@_CODER
def codebook_edit(project: str, code: str, reason: str, coder: str | None, **fields: Any) -> None:
    """Change what is said of a code; an empty text takes it away."""
    with working(project) as opened:
        _tell(project, opened.edit_code(code, reason=reason, coder=coder, **_given(fields)))


@codebook.command("move")
@click.argument("project")
@click.argument("code")
@click.argument("parent")
@click.option("--place", type=int, help="1 for the first; without it the last.")
@_REASON
@_CODER
def codebook_move(
    project: str, code: str, parent: str, place: int | None, reason: str, coder: str | None
) -> None:
    """Put a code under PARENT, or with - as PARENT among the themes."""
    above = None if parent == _TOP else parent
    with working(project) as opened:
        _tell(project, opened.move_code(code, above, place=place, reason=reason, coder=coder))


@codebook.command("retire")
@click.argument("project")
@click.argument("code")
@_REASON
@_CODER
def codebook_retire(project: str, code: str, reason: str, coder: str | None) -> None:
    """Stop offering a code and those below it; their codings stay."""
    with working(project) as opened:
        _tell(project, opened.retire_code(code, reason=reason, coder=coder))


@codebook.command("restore")
@click.argument("project")
@click.argument("code")
@_REASON
@_CODER
def codebook_restore(project: str, code: str, reason: str, coder: str | None) -> None:
    """Offer a retired code again."""
    with working(project) as opened:
        _tell(project, opened.restore_code(code, reason=reason, coder=coder))


@codebook.command("merge")
@click.argument("project")
@click.argument("keep")
@click.argument("others", nargs=-1, required=True)
@_CLOSED
@_REASON
@_CODER
def codebook_merge(project: str, keep: str, others: tuple[str, ...], **options: Any) -> None:
    """Make OTHERS part of KEEP, with their codings."""
    with working(project) as opened:
        _tell(project, opened.merge_codes(keep, others, **options))


@codebook.command("split")
@click.argument("project")
@click.argument("code")
@click.argument("into", nargs=-1, required=True)
@click.option(
    "--where",
    type=(str, str),
    multiple=True,
    metavar="NEW MARKER",
    help="Codings whose words hold the marker go to the new code.",
)
@click.option(
    "--give",
    type=(str, str),
    multiple=True,
    metavar="NEW ID",
    help="This coding goes to the new code; ids: codebook codings.",
)
@_CLOSED
@_REASON
@_CODER
def codebook_split(project: str, code: str, into: tuple[str, ...], **options: Any) -> None:
    """Make the new codes INTO beside CODE and give them codings of it; the rest stays."""
    assign = [*options.pop("where"), *((name, [one]) for name, one in options.pop("give"))]
    with working(project) as opened:
        _tell(project, opened.split_code(code, into, assign=assign, **options))


@codebook.command("codings")
@click.argument("project")
@click.argument("code")
@click.option("--coder", help="Who asks: in a blind round one sees one's own codings only.")
@listing
def codebook_codings(project: str, code: str, coder: str | None) -> pd.DataFrame:
    """List the codings of a code with their ids and words, to split it by."""
    with reading(project) as opened:
        return opened.list_code_codings(code, viewer=coder)


@codebook.command("diff")
@click.argument("project")
@click.argument("old", type=int)
@click.argument("new", type=int, required=False)
@listing
def codebook_diff(project: str, old: int, new: int | None) -> pd.DataFrame:
    """Say what differs between version OLD and version NEW, or the newest."""
    with reading(project) as opened:
        return opened.diff_codebooks(old, new)


@codebook.command("outdated")
@click.argument("project")
@click.option("--coder", help="Only the codings of this coder.")
@listing
def codebook_outdated(project: str, coder: str | None) -> pd.DataFrame:
    """List the codings whose code has been defined otherwise since they were made."""
    with reading(project) as opened:
        return opened.list_outdated(coder)


@codebook.command("confirm")
@click.argument("project")
@click.option("--coder", required=True, help="Whose codings.")
@click.option("--code", help="Only those of this code.")
@click.option("--document", help="Only those in this document.")
@click.option("--id", "ids", multiple=True, help="Only this coding; may be repeated.")
def codebook_confirm(
    project: str, coder: str, code: str | None, document: str | None, ids: tuple[str, ...]
) -> None:
    """Note that outdated codings have been looked at again and hold."""
    with working(project) as opened:
        done = opened.confirm_codings(coder, code=code, document=document, ids=ids or None)
    click.echo(f"{project}: {done} codings of {coder} confirmed.")


COMMANDS = (codes, codebook)
