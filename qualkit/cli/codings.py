"""Commands about codings and speakers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

import qualkit as qk
from qualkit.cli.group import ListingGroup
from qualkit.cli.opening import reading, working
from qualkit.cli.output import listing, paged

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    import pandas as pd

    class Common(TypedDict):
        """Where to code, and whether."""

        round_name: str
        dry_run: bool

    class Matching(Common):
        """What to code by, and where."""

        query: str | None
        code: str | None

    class UtteranceValues(TypedDict):
        """What can be set of an utterance; None leaves it."""

        speaker: str | None
        codable: bool | None
        reported: bool | None


__all__ = ["COMMANDS"]

_KINDS = click.Choice(["human", "machine", "consensus"])


@click.group(cls=ListingGroup)
def codings() -> None:
    """List or import codings."""


@codings.command("list")
@click.argument("project")
@click.option("--document", help="Only this document.")
@click.option("--viewer", help="Who asks; matters while a blind round is open.")
@listing
def codings_list(project: str, document: str | None, viewer: str | None) -> pd.DataFrame:
    """List the codings (what `qualkit codings PROJECT` does)."""
    with reading(project) as opened:
        return opened.list_codings(document, viewer=viewer)


@codings.command("import")
@click.argument("project")
@click.argument("file", type=click.Path())
@click.option("--coder", help="Whose codings; needed where the file has no column coder.")
@click.option("--finished", is_flag=True, help="The coder has read these documents to their end.")
@click.option("--kind", type=_KINDS, default="human", show_default=True)
@click.option("--round", "round_name", help="The round they belong to.")
@listing
def codings_import(
    project: str, file: str, coder: str | None, finished: bool, kind: str, round_name: str | None
) -> pd.DataFrame:
    """Bring in codings from csv or xlsx, all rows or none."""
    with working(project) as opened:
        return opened.import_codings(
            file,
            coder=coder,
            finished=finished,
            kind=qk.CoderKind(kind),
            round_name=round_name,
        )


@click.command()
@click.argument("project")
@click.option("--coder", default="markers", show_default=True, help="Who codes.")
@click.option("--markers", is_flag=True, help="Code by the codebook's markers.")
@click.option("--query", metavar="QUERY", help="Code what this query finds.")
@click.option("--code", help="The code to apply to what --query finds.")
@click.option("--round", "round_name", default="main", show_default=True)
@click.option("--dry-run", is_flag=True, help="Say what would be done, do nothing.")
@listing
def autocode(project: str, coder: str, markers: bool, **options: Unpack[Matching]) -> pd.DataFrame:
    """Apply codes by rule, in one batch that one undo takes back."""
    query, code = options["query"], options["code"]
    if markers == (query is not None) or (query is None) != (code is None):
        raise click.UsageError("give either --markers, or --query and --code")
    common: Common = {"round_name": options["round_name"], "dry_run": options["dry_run"]}
    with working(project) as opened:
        if query is None or code is None:
            return opened.autocode(coder, **common)
        return opened.code_query(query, code, coder=coder, **common)


@click.group()
def utterance() -> None:
    """Put right what the reader made of an utterance; codings follow."""


@utterance.command("split")
@click.argument("project")
@click.argument("document")
@click.argument("position", type=int)
@click.argument("words")
def utterance_split(project: str, document: str, position: int, words: str) -> None:
    """Split an utterance before WORDS (or at an offset)."""
    at = int(words) if words.isdecimal() else words
    with working(project) as opened:
        opened.split_utterance(document, position, at)
    click.echo(f"{document}: utterance {position} is now {position} and {position + 1}.")


@utterance.command("join")
@click.argument("project")
@click.argument("document")
@click.argument("position", type=int)
def utterance_join(project: str, document: str, position: int) -> None:
    """Join an utterance with the next one of the same speaker."""
    with working(project) as opened:
        opened.join_utterances(document, position)
    click.echo(f"{document}: utterance {position} holds the next one now.")


@utterance.command("set")
@click.argument("project")
@click.argument("document")
@click.argument("position", type=int)
@click.option("--speaker", help="Whose words these are.")
@click.option("--codable/--set-aside", default=None)
@click.option("--reported/--spoken", default=None, help="Told by somebody else, or not.")
def utterance_set(
    project: str, document: str, position: int, **values: Unpack[UtteranceValues]
) -> None:
    """Give an utterance to another speaker, or set it aside from coding."""
    with working(project) as opened:
        opened.set_utterance(document, position, **values)
    click.echo(f"{document}: utterance {position} is set.")


@click.command()
@click.argument("project")
@paged
@listing
def speakers(project: str, **part: Any) -> pd.DataFrame:
    """List the speakers with role, organisation and stakeholder type."""
    with reading(project) as opened:
        return opened.list_speakers(**part)


@click.group()
def speaker() -> None:
    """Say who a speaker is, or that two names are one person."""


@speaker.command("set")
@click.argument("project")
@click.argument("name")
@click.option("--document", help="Needed for a label like 'Participant A'.")
@click.option("--role")
@click.option("--organisation")
@click.option("--type", "stakeholder_type", help="Stakeholder type, by name or id.")
@click.option("--moderator/--no-moderator", default=None)
def speaker_set(project: str, name: str, document: str | None, **values: str | bool | None) -> None:
    """Set role, organisation, stakeholder type or moderator of a speaker."""
    with working(project) as opened:
        found = opened.set_speaker(name, document=document, **values)
    click.echo(f"{found.name}: {found.stakeholder_type or 'no type'} ({found.type_reason or '-'}).")


@speaker.command("merge")
@click.argument("project")
@click.argument("keep")
@click.argument("others", nargs=-1, required=True)
@click.option("--document", help="Needed for labels like 'Participant A'.")
def speaker_merge(project: str, keep: str, others: tuple[str, ...], document: str | None) -> None:
    """Make OTHERS the same speaker as KEEP."""
    with working(project) as opened:
        moved = opened.merge_speakers(keep, list(others), document=document)
    click.echo(f"{keep}: {moved} utterances moved.")


@speaker.command("proposals")
@click.argument("project")
@listing
def speaker_proposals(project: str) -> pd.DataFrame:
    """List names that may be one person, with a score; nothing is merged."""
    with reading(project) as opened:
        return opened.propose_merges()


@speaker.command("import")
@click.argument("project")
@click.argument("file", type=click.Path())
def speaker_import(project: str, file: str) -> None:
    """Set speakers from a table: speaker, document, role, organisation, stakeholder_type."""
    with working(project) as opened:
        click.echo(f"{opened.import_people(file)} speakers set.")


COMMANDS = (codings, autocode, utterance, speakers, speaker)
