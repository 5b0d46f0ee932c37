"""Commands that keep work safe: proof, copies, repair, corrected texts, working apart."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

import qualkit as qk
from qualkit.cli.group import ListingGroup
from qualkit.cli.opening import acting, reading, working
from qualkit.cli.output import listing, show

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMMANDS"]


@click.command()
@click.argument("project")
def verify(project: str) -> None:
    """Prove the change log, the texts and the spans of a project."""
    with working(project) as opened:
        checked = opened.verify()
    click.echo(f"Sound: {', '.join(f'{number} {noun}' for noun, number in checked.items())}.")


@click.command()
@click.argument("project")
@click.argument("target", required=False, type=click.Path())
def backup(project: str, target: str | None) -> None:
    """Copy a project file while it is in use, and prove the copy."""
    with working(project) as opened:
        click.echo(f"{opened.backup(target)} written and proved.")


@click.command()
@click.argument("project")
@listing
def snapshots(project: str) -> pd.DataFrame:
    """List the snapshots that qualkit has made of a project file."""
    from qualkit.workflow import backups  # noqa: PLC0415  loads pandas

    return backups.list_snapshots(project)


@click.command()
@click.argument("project")
@click.argument("copy", required=False, type=click.Path())
def restore(project: str, copy: str | None) -> None:
    """Put a backup (without one: the newest snapshot) in the place of a project file."""
    from qualkit.workflow import backups  # noqa: PLC0415  loads pandas

    taken, former = backups.restore(project, copy, acting=acting())
    kept = f"; the former file is {former}" if former else ""
    click.echo(f"{project} is as in {taken}{kept}.")


@click.command()
@click.argument("project")
@click.option("--repair", is_flag=True, help="Repair what can be; the old file is kept.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV.")
def doctor(project: str, repair: bool, form: str | None) -> None:
    """Look for everything that may be wrong with a project."""
    from qualkit.workflow import backups  # noqa: PLC0415  loads pandas

    faults = backups.doctor(project, repair=repair)
    if form or len(faults):
        show(faults, form, wrap=True)
    else:
        click.echo("Nothing is wrong.")
    if not faults["repaired"].str.startswith("yes").all():
        sys.exit(1)


@click.command()
@click.argument("project")
def upgrade(project: str) -> None:
    """Bring a project on a server up to this qualkit."""
    with qk.open_project(project, upgrade=True) as opened:
        click.echo(f"{opened.location} is up to date.")


@click.command()
@click.argument("project")
@click.argument("document")
@click.argument("file", type=click.Path())
@click.option("--dry-run", is_flag=True, help="Say what would become of each coding.")
@click.option("--pseudonyms", type=click.Path(), help="A key file: its names are replaced.")
@listing
def revise(
    project: str, document: str, file: str, dry_run: bool, pseudonyms: str | None
) -> pd.DataFrame:
    """Put a corrected file in the place of a document; codings follow their words."""
    with working(project) as opened:
        return opened.revise_document(document, file, dry_run=dry_run, pseudonyms=pseudonyms)


@click.group(cls=ListingGroup)
def quarantine() -> None:
    """List or settle codings that a corrected text left without a certain place."""


@quarantine.command("list")
@click.argument("project")
@click.option("--coder", help="Who asks: of a blind round that is still open, only theirs.")
@listing
def quarantine_list(project: str, coder: str | None) -> pd.DataFrame:
    """List them beside the place that comes nearest."""
    with reading(project) as opened:
        return opened.list_quarantine(viewer=coder)


@quarantine.command("settle")
@click.argument("project")
@click.argument("number", type=int)
@click.option("--position", type=int, help="The utterance it belongs to now.")
@click.option("--words", help="The words that a coded span covers now.")
@click.option("--whole", is_flag=True, help="Let a coded span cover the whole utterance.")
@click.option("--drop", is_flag=True, help="It has no place any more.")
def quarantine_settle(
    project: str, number: int, position: int | None, drop: bool, **how: str | bool | None
) -> None:
    """Give a coding a place, or drop it."""
    if drop == (position is not None):
        raise click.UsageError("say either --position or --drop")
    with working(project) as opened:
        opened.settle_quarantine(number, position, **how)  # type: ignore[arg-type]  # words, whole
    click.echo("Dropped." if drop else f"Placed on utterance {position}.")


@click.command()
@click.argument("project")
@click.argument("target")
@click.option("--coder", required=True, help="Who works in the copy.")
def split(project: str, target: str, coder: str) -> None:
    """Make a copy for one coder to work in elsewhere, without what the others coded."""
    with working(project) as opened:
        counts = opened.split_project(coder, target)
    click.echo(f"{target}: {', '.join(f'{n} {noun}' for noun, n in counts.items())}.")


@click.command()
@click.argument("project")
@click.argument("other")
@click.option("--add-codes", is_flag=True, help="Take codes that only the copy has.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
@listing
def merge(project: str, other: str, add_codes: bool, dry_run: bool) -> pd.DataFrame:
    """Bring codings of a copy back; conflicts are listed, nothing is overwritten."""
    with working(project) as opened:
        return opened.merge_project(other, add_codes=add_codes, dry_run=dry_run)


COMMANDS = (
    verify,
    backup,
    snapshots,
    restore,
    doctor,
    upgrade,
    revise,
    quarantine,
    split,
    merge,
)
