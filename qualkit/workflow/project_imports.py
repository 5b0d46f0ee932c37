"""Bringing in a whole project of another program: its texts, codes, codings and memos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import OptionError, ProjectError
from qualkit.formats.foreign import UNKNOWN_CODER, Foreign
from qualkit.formats.project_json import ProjectJson, read_project_json
from qualkit.formats.qdpx_sidecar import Sidecar, open_sidecar
from qualkit.model import Codebook, Round
from qualkit.store import (
    changes,
    codebooks,
    documents,
    repairs,
    rounds,
    speakers,
    typologies,
    whole,
)
from qualkit.store.journal import Journal, writing
from qualkit.store.projects import create
from qualkit.store.schema import REVISION
from qualkit.workflow.bulk import without_pauses
from qualkit.workflow.foreign_codings import Placing
from qualkit.workflow.foreign_documents import Texts
from qualkit.workflow.foreign_notes import Notes, typology_of
from qualkit.workflow.foreign_report import Report, merged_codes
from qualkit.workflow.handle import Handle
from qualkit.workflow.project_files import read_project

__all__ = ["Options", "bring_in", "create_from", "import_project"]


@dataclass(frozen=True)
class Options:
    """How a project of another program comes in.

    Attributes:
        coder: whose codings those are that name nobody.
        round: name of the round they belong to.
        finished: everybody has read to its end each document he or she coded in.
        offsets: of a .qdpx, how its positions are counted; None finds it out.
    """

    coder: str | None = None
    round: str = "main"
    finished: bool = False
    offsets: str | None = None


def import_project(
    project: Handle,
    path: str | Path,
    *,
    coder: str | None = None,
    round_name: str = "main",
    finished: bool = False,
    offsets: str | None = None,
) -> pd.DataFrame:
    """Bring the project of another program into this one, all or nothing.

    Documents whose text is here already are these; codes are the same by GUID, else by name, and
    new ones go into the codebook. A coding over several utterances becomes one on each of them; the
    selection itself is kept with the document, so that it leaves again as it came. Doing it twice
    changes nothing.

    Args:
        project: an open project.
        path: as in ``qualkit.workflow.project_files.read_project``.
        coder: whose codings those are that name nobody; None calls them "imported".
        round_name: the round they belong to; it must be open.
        finished: everybody has read to its end each document he or she coded in, so utterances
            without a coding count as looked at. Other programs do not keep who has read what.
        offsets: of a .qdpx, how its positions are counted; None finds it out.

    Returns:
        One row per kind of thing and what became of it: what ("documents", "codes", "coders",
        "codings", "pieces", "memos", "cases", or what has no place here), item, outcome ("in the
        file", "new", "there already", "placed", "the same as another", "left out", "read as",
        "changed"), count (Int64), reason. What is in the file is what was placed and what is left
        out. ``attrs["about"]`` names program and file.

    Raises:
        FileError: the file is missing, damaged or hostile.
        RefusedError: the round is closed, or no way of counting fits.
    """
    options = Options(coder, round_name, finished, offsets)
    if Path(path).suffix.casefold() == ".json":
        what = "a whole project becomes a project of its own"
        remedy = "use import-project --new, then bring its codings here with: qualkit merge"
        raise OptionError(what, where=Path(path).name, remedy=remedy)
    with without_pauses():
        foreign = read_project(path, offsets=offsets)
        with writing(project.database) as journal:
            report = bring_in(journal, foreign, options)
            journal.record("project.import", _said(foreign, path))
    return report.table(foreign, Path(path).name)


def _said(foreign: Foreign, path: str | Path) -> dict[str, str]:
    return {"file": Path(path).name, "program": foreign.program}


def create_from(target: str | Path, path: str | Path, options: Options) -> pd.DataFrame:
    """Make a project out of the file of another program; nothing is left behind on failure.

    Returns:
        The report as in ``import_project``.

    Raises:
        ProjectExistsError: there is something at this place already.
        FileError, RefusedError: as ``import_project``.
        OptionError: the file holds neither codes nor texts.
    """
    file = Path(path).name
    with without_pauses():
        if Path(path).suffix.casefold() == ".json":
            return _copied(target, read_project_json(path, REVISION))
        with open_sidecar(path) as own:
            if own is not None:
                return _restored(target, own, file)
        foreign = read_project(path, offsets=options.offsets)
        has_text = any(one.text.strip() for one in foreign.sources)
        if not has_text and not foreign.codebook.codes:
            what = "it holds neither codes nor texts, so there is nothing to make a project of"
            raise OptionError(what, where=file)
        with create(target, foreign.name) as journal:
            codebooks.save(journal, foreign.codebook, reason=f"from {foreign.program}")
            types = typology_of(foreign)
            if types is not None:
                typologies.save(journal, types)
            for one in dict.fromkeys(("main", options.round)):
                rounds.ensure_round(journal, Round(one))
                journal.record("round.open", {"round": one})
            report = bring_in(journal, foreign, options, is_new=True)
            journal.record("project.import", _said(foreign, path))
    return report.table(foreign, file)


def _restored(target: str | Path, own: Sidecar, file: str) -> pd.DataFrame:
    """Make the project that qualkit wrote into its file; its log begins anew."""
    with create(target, own.name) as journal:
        counts = whole.fill_whole(journal, own.tables, own.texts, own.sources)
        _check_readable(journal.connection, f"{file}, qualkit.json")
        journal.record("project.import", {"file": file, "program": "qualkit", **counts})
    return _as_written(own.name, counts, file)


def _copied(target: str | Path, packed: ProjectJson) -> pd.DataFrame:
    """Make the same project again, with the log it had."""
    own = packed.head(["project"])["project"]
    with create(target, str(own.get("name"))) as journal:
        counts = whole.fill_copy(journal, own, packed.tables())
        _check_sound(journal.connection, packed.name)
        _check_readable(journal.connection, packed.name)
    return _as_written(str(own["name"]), counts, packed.name)


def _as_written(name: str, counts: Mapping[str, int], file: str) -> pd.DataFrame:
    report = Report()
    for what, count in counts.items():
        report.tell(what, "new", count, "as it was written")
    return report.table(Foreign("qualkit", name, Codebook(name, ())), file)


def _check_sound(connection: Any, file: str) -> None:
    """See that the log of a copy hangs together, and every text and file is what its hash says."""
    broken = changes.broken_at(connection)
    faults = [what for _, what in repairs.contents_at_fault(connection)]
    if broken is not None or not changes.count(connection):
        faults.append(f"line {broken or 1} of its change log does not follow from those before it")
    if faults:
        what = f"this file has been changed: {faults[0]}"
        raise ProjectError(what, where=file, remedy="export the project again")


def _check_readable(connection: Any, file: str) -> None:
    """See that what a file brought can be read, and lies in its texts."""
    try:
        codebooks.current(connection)
        typologies.current(connection)
        speakers.rows(connection)
        spoken = documents.utterance_frame(connection)
        for name in documents.hashes(connection):
            documents.details(connection, name)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        what = "its tables cannot be read as a project"
        raise ProjectError(what, where=file, remedy="export the project again") from error
    sizes = {name: len(documents.text_of(connection, name)) for name in spoken["document"].unique()}
    if (spoken["end"] > spoken["document"].map(sizes)).any() or (spoken["start"] < 0).any():
        what = "utterances lie outside their text"
        raise ProjectError(what, where=file, remedy="export the project again")


def bring_in(
    journal: Journal, foreign: Foreign, options: Options, *, is_new: bool = False
) -> Report:
    """Do what ``import_project`` does, in the caller's write transaction."""
    report = Report()
    ids = merged_codes(journal, foreign, report, is_new=is_new)
    texts = Texts(journal, foreign, report)
    texts.add_all()
    coder = options.coder or UNKNOWN_CODER
    placing = Placing(journal, foreign, ids, texts, report)
    placing.code(coder, options.round, finished=options.finished)
    Notes(placing, ids, texts, report).add_all(_writer(foreign, coder))
    return report


def _writer(foreign: Foreign, coder: str) -> str:
    """Return whose the memos are that say what attributes a file gives."""
    names: Sequence[str] = [one.coder for one in foreign.codings if one.coder != UNKNOWN_CODER]
    return names[0] if names and coder == UNKNOWN_CODER else coder
