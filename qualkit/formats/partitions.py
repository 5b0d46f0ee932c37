"""Partitions: a long table cut where documents end, and what comes of each part as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import OptionError, UnreadableFileError
from qualkit.formats.atomic import replacing
from qualkit.formats.tables import write_csv, write_parquet

__all__ = ["FORMS", "Partition", "cut", "read_part", "write_part"]

FORMS = ("parquet", "csv", "jsonl")
"""The kinds of file that partitions are written as."""

BEFORE, AFTER = 300, 300
"""Utterances given as context where a very long document is cut."""

_KEPT_WHOLE = 4  # a document is cut only when it is longer than so many partitions
_CHARACTERS = 40_000_000  # of text in one partition: bounds the memory
_PLACE = ["document", "position"]


@dataclass(frozen=True)
class Partition:
    """Some whole documents, or a piece of a very long one.

    Attributes:
        number: 0, 1, 2 ...
        table: utterances in order, index 0, 1 ...; those outside ``first`` and ``last`` are
            context only.
        first, last: the utterances that belong to this partition, half-open.
    """

    number: int
    table: pd.DataFrame
    first: int
    last: int


def cut(blocks: Iterable[pd.DataFrame], rows: int = 20_000) -> Iterator[Partition]:
    """Yield partitions of about so many utterances, cut where a document ends.

    What stands beside an utterance counts when it is coded, so a document stays in one partition.
    Only one longer than four partitions is cut; its pieces get 300 utterances before and after as
    context. Where the cuts are depends on the utterances alone, not on the blocks they come in.

    Args:
        blocks: tables with the columns document, position, text; all rows of a document together.
        rows: utterances of a partition; 1 or more.

    Raises:
        OptionError: a document comes back after another, or its positions do not rise.

    Example:
        >>> table = pd.DataFrame({"document": list("aabbb"), "position": [1, 2, 1, 2, 3],
        ...                       "text": "x"})
        >>> [(part.number, part.first, part.last) for part in cut([table], rows=2)]
        [(0, 0, 2), (1, 0, 3)]
    """
    if rows < 1:
        raise OptionError(f"a partition has 1 utterance or more, not {rows}", where="rows")
    cutter = _Cutter(rows)
    for block in blocks:
        yield from cutter.take(block)
    yield from cutter.finish()


class _Cutter:
    """Holds utterances until it is known where the next partition ends."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.number = 0
        self._lead = 0  # rows at the top of the buffer that are context only
        self._buffer = pd.DataFrame({"document": [], "position": [], "text": []})
        self._waiting: list[pd.DataFrame] = []
        self._count = 0
        self._names: list[npt.NDArray[np.uint64]] = []

    def take(self, block: pd.DataFrame) -> Iterator[Partition]:
        """Take some more utterances; yield the partitions that are complete."""
        self._waiting.append(block)
        self._count += len(block)
        if self._count - self._lead >= self.rows:
            yield from self._cuts(is_end=False)

    def finish(self) -> Iterator[Partition]:
        """Yield what is left."""
        yield from self._cuts(is_end=True)

    def _cuts(self, *, is_end: bool) -> Iterator[Partition]:
        parts = [one for one in (self._buffer, *self._waiting) if len(one)]
        if parts:
            self._buffer = pd.concat(parts, ignore_index=True)
        self._waiting = []
        while len(self._buffer) > self._lead:
            last = self._where(is_end=is_end)
            if last is None:
                break
            yield self._split(last)
        self._count = len(self._buffer)

    def _starts(self) -> npt.NDArray[np.int64]:
        """Return the rows at which a document begins."""
        document = self._buffer["document"].to_numpy(object)
        return np.flatnonzero(document[1:] != document[:-1]).astype(np.int64) + 1

    def _where(self, *, is_end: bool) -> int | None:
        """Return the row before which the partition ends; None: more must be known."""
        count, starts = len(self._buffer), self._starts()
        sizes = self._buffer["text"].str.len().to_numpy(np.int64)[self._lead :].cumsum()
        target = self._lead + min(self.rows, int(np.searchsorted(sizes, _CHARACTERS)) + 1)
        longest = self._lead + _KEPT_WHOLE * (target - self._lead)
        after = starts[starts >= target]
        if len(after) and after[0] <= longest:
            return int(after[0])
        if is_end and count <= longest:
            return count
        if count < longest + AFTER and not is_end:
            return None
        before = starts[(starts > self._lead) & (starts < target)]
        return int(before[-1]) if len(before) else target

    def _split(self, last: int) -> Partition:
        buffer = self._buffer
        document = buffer["document"]
        is_inside = last < len(buffer) and document.iloc[last] == document.iloc[last - 1]
        end = min(last + AFTER, len(buffer)) if is_inside else last
        if is_inside:
            end = last + int((document.iloc[last:end] == document.iloc[last]).sum())
        part = Partition(self.number, buffer.iloc[:end].copy(), self._lead, last)
        self._check(part)
        begin = max(last - BEFORE, 0) if is_inside else last
        if is_inside:
            begin += int((document.iloc[begin:last] != document.iloc[last]).sum())
        self._buffer, self._lead = buffer.iloc[begin:].reset_index(drop=True), last - begin
        self.number += 1
        return part

    def _check(self, part: Partition) -> None:
        """Check that documents stand together and in order; remembers eight bytes of each."""
        table = part.table.iloc[max(part.first - 1, 0) : part.last]
        document = table["document"].to_numpy(object)
        same = document[1:] == document[:-1]
        wrong = np.flatnonzero(same & (np.diff(table["position"].to_numpy(np.int64)) <= 0))
        if len(wrong):
            name, position = table[_PLACE].iloc[wrong[0] + 1]
            what = f"utterance {position} stands after one of the same or a higher position"
            raise OptionError(what, where=str(name), remedy="sort by document and position")
        begins = np.flatnonzero(~same) + 1
        new = document[begins if part.first else np.append(0, begins)]
        hashes = pd.util.hash_array(new, categorize=False)
        again = pd.Series(hashes).duplicated().to_numpy()
        for known in self._names:
            place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
            again = again | (known[place] == hashes)
        if again.any():
            what = "the document comes back after another"
            remedy = "sort the table by document and position"
            raise OptionError(what, where=str(new[again][0]), remedy=remedy)
        if len(hashes):
            self._names.append(np.sort(hashes))
        while len(self._names) > 1 and len(self._names[-2]) <= 2 * len(self._names[-1]):
            self._names.append(np.sort(np.concatenate([self._names.pop(), self._names.pop()])))


def write_part(folder: Path, name: str, frame: pd.DataFrame, form: str) -> Path:
    """Write the table of a partition, whole or not at all; the same table gives the same bytes.

    Args:
        folder: where to.
        name: without suffix.
        frame: the table.
        form: one of ``FORMS``.

    Raises:
        UnwritableError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     place = write_part(Path(folder), "codes-00000", pd.DataFrame({"n": [1]}), "jsonl")
        ...     place.name, read_part(place)["n"].tolist()
        ('codes-00000.jsonl', [1])
    """
    path = folder / f"{name}.{form}"
    if form == "parquet":
        write_parquet(path, frame)
    elif form == "csv":
        write_csv(path, frame, excel_safe=False)
    else:
        with replacing(path) as draft:
            frame.to_json(draft, orient="records", lines=True, force_ascii=False)
    return path


def read_part(path: Path) -> pd.DataFrame:
    """Return the table that ``write_part`` wrote.

    Raises:
        UnreadableFileError: the file is missing or damaged.
    """
    text = {"document": "str", "code": "str", "origin": "str", "reason": "str", "model": "str"}
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        if path.suffix == ".csv":
            return pd.read_csv(
                path, dtype=text, keep_default_na=False, na_values={"probability": [""]}
            )
        found = pd.read_json(path, orient="records", lines=True, dtype=text)
        return (
            found.assign(document=found["document"].astype("str")) if "document" in found else found
        )
    except (OSError, ValueError) as error:
        what = f"cannot be read ({' '.join(str(error).split())[:150]})"
        raise UnreadableFileError(what, where=path.name, remedy="code the batch again") from error
