"""Projects of other programs in files: one door for every kind that is no database."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from qualkit.errors import OptionError, UnknownFileKindError, UnreadableFileError
from qualkit.formats.foreign import Foreign
from qualkit.formats.foreign_sqlite import SUFFIXES

__all__ = ["KINDS", "read_project_file"]

# Suffix: module and function; a reader is loaded when the first file of its kind comes.
_READERS: dict[str, tuple[str, str]] = {
    ".docx": ("word_comments", "read_word_comments"),
    ".qde": ("qdpx_read", "read_qdpx"),
    ".qdpx": ("qdpx_read", "read_qdpx"),
    ".rock": ("rock", "read_rock"),
    ".rockproject": ("rock", "read_rock"),
    ".txt": ("qcoder", "read_qcoder"),
}
KINDS = tuple(sorted({*_READERS, *SUFFIXES}))


def read_project_file(path: str | Path, *, offsets: str | None = None) -> Foreign:
    """Return the project in a file of another program.

    Args:
        path: REFI-QDA (.qdpx, .qde), ROCK (.rock, .ROCKproject), qcoder (.txt with tags in the
            text), or a Word document with comments (.docx).
        offsets: of a .qdpx, how its positions are counted; None finds it out.

    Raises:
        UnknownFileKindError: another kind of file.
        FileError: missing, damaged or hostile.
        OptionError: ``offsets`` for another kind of file.
    """
    place = Path(path)
    found = _READERS.get(place.suffix.casefold())
    if found is None:
        raise UnknownFileKindError(
            f"projects of kind '{place.suffix or place.name}' are not read",
            where=place.name,
            remedy=f"these are: {', '.join(KINDS)}; for a table of codings use: codings match",
        )
    if not place.exists():
        raise UnreadableFileError("there is no such file", where=str(path))
    module, function = found
    reader = getattr(import_module(f"qualkit.formats.{module}"), function)
    is_refi = function == "read_qdpx"
    if offsets is not None and not is_refi:
        what = "only the positions of a .qdpx can be counted in several ways"
        raise OptionError(what, remedy="leave --offsets out")
    foreign: Foreign = reader(place, offsets=offsets) if is_refi else reader(place)
    return foreign
