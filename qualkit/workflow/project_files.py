"""Projects of other programs: one door for files and databases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qualkit.errors import OptionError
from qualkit.formats.foreign import Foreign
from qualkit.formats.foreign_sqlite import SUFFIXES, database_of, read_tables
from qualkit.formats.projects import read_project_file
from qualkit.store import foreign

__all__ = ["read_project"]


def read_project(path: str | Path, *, offsets: str | None = None) -> Foreign:
    """Return the project in a file of another program.

    Args:
        path: REFI-QDA (.qdpx, .qde), QualCoder (.qda, a folder or the file data.qda in it),
            Taguette (.sqlite3, .db), RQDA (.rqda), ROCK (.rock, .ROCKproject), qcoder (.txt with
            tags in the text), or a Word document with comments (.docx).
        offsets: of a .qdpx, how its positions are counted; None finds it out.

    Raises:
        UnknownFileKindError: another kind of file.
        FileError: missing, damaged or hostile.
        OptionError: ``offsets`` for another kind of file.
    """
    place = Path(path)
    if place.suffix.casefold() not in SUFFIXES:
        return _without_nul(read_project_file(place, offsets=offsets))
    if offsets is not None:
        what = "only the positions of a .qdpx can be counted in several ways"
        raise OptionError(what, remedy="leave --offsets out")
    with foreign.opened(database_of(place), place.name) as tables:
        return _without_nul(read_tables(tables, place))


def _without_nul(found: Foreign) -> Foreign:
    """Return a project whose texts hold no NUL, which some databases do not take."""

    def plain(text: str) -> str:
        return text.replace("\0", "\ufffd")

    found.sources = [replace(one, text=plain(one.text)) for one in found.sources]
    found.memos = [one._replace(text=plain(one.text)) for one in found.memos]
    found.codings = [
        one._replace(memo=plain(one.memo)) if one.memo else one for one in found.codings
    ]
    return found
