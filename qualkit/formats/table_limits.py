"""What a table in a text file may be: so wide, so many cells; looked at before it fills memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qualkit.errors import UnreadableFileError

__all__ = ["MOST_COLUMNS", "narrow", "within"]

MOST_COLUMNS = 2_000
_MOST_MARKS = 50_000  # separators in a line: a long text in quotation marks may have many
_MOST_CELLS = 12_000_000


def narrow(lines: Iterable[str], separator: str, name: str) -> Iterator[str]:
    """Yield lines; refuse one with so many separators that its cells would fill the memory.

    Raises:
        UnreadableFileError: there is such a line.
    """
    for line in lines:
        count = line.count(separator)
        if count > _MOST_MARKS:
            raise _too_wide(count + 1, name)
        yield line


def within(rows: Iterable[list[str]], name: str) -> list[list[str]]:
    """Return rows of cells.

    Raises:
        UnreadableFileError: a row has more than 2,000 cells, or all have more than 12,000,000.

    Example:
        >>> within([["a", "b"], ["1"]], "x.csv")
        [['a', 'b'], ['1']]
    """
    found, cells = [], 0
    for row in rows:
        cells += len(row)
        if len(row) > MOST_COLUMNS:
            raise _too_wide(len(row), name)
        if cells > _MOST_CELLS:
            what = f"the table has more than {_MOST_CELLS:,} cells"
            raise UnreadableFileError(what, where=name, remedy="split it")
        found.append(row)
    return found


def _too_wide(count: int, name: str) -> UnreadableFileError:
    what = f"a row of the table has {count:,} columns; at most {MOST_COLUMNS:,} are read"
    return UnreadableFileError(what, where=name, remedy="keep one row per utterance")
