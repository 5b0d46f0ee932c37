"""Projects that other programs keep in a database: which program's it is."""

from __future__ import annotations

from pathlib import Path

from qualkit.errors import UnknownFileKindError, UnreadableFileError
from qualkit.formats.foreign import Foreign
from qualkit.formats.foreign_rows import Rows
from qualkit.formats.qualcoder import read_qualcoder
from qualkit.formats.rqda import read_rqda
from qualkit.formats.taguette import read_taguette

__all__ = ["SUFFIXES", "database_of", "read_tables"]

SUFFIXES = (".db", ".qda", ".rqda", ".sqlite", ".sqlite3")


def database_of(path: Path) -> Path:
    """Return the database file of a project: QualCoder's stands in a folder."""
    if not path.is_dir():
        return path
    inner = path / "data.qda"
    if not inner.is_file():
        what = "there is no data.qda in this folder, so it is no QualCoder project"
        raise UnreadableFileError(what, where=path.name)
    return inner


def read_tables(tables: Rows, path: Path) -> Foreign:
    """Return the project in a database of QualCoder, Taguette or RQDA.

    Args:
        tables: of the database.
        path: where it was found; QualCoder's and RQDA's projects are called like it.

    Raises:
        UnknownFileKindError: a database of another program.
        UnreadableFileError: it lacks what its program always writes.
    """
    title = path.parent.stem if path.name == "data.qda" else path.stem
    readers = {
        ("code_text", "code_name", "source"): read_qualcoder,
        ("highlights", "tags", "documents"): read_taguette,
        ("coding", "freecode", "source"): read_rqda,
    }
    try:
        for names, reader in readers.items():
            if tables.names.issuperset(names):
                return reader(tables, title)
    except (KeyError, TypeError, ValueError) as error:
        what = f"the database lacks something its program always writes ({error})"
        raise UnreadableFileError(
            what, where=path.name, remedy="open it there once more"
        ) from error
    what = "this database is of none of QualCoder, Taguette and RQDA"
    raise UnknownFileKindError(what, where=path.name, remedy="export the project as .qdpx")
