"""Tables of utterances, read block by block: csv, jsonl, Parquet, or a folder of documents.

However long the table, only a few blocks of it are in memory at once.
"""

from __future__ import annotations

import hashlib
import json
import operator
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import EmptyFileError, OptionError, UnknownFileKindError, UnreadableFileError
from qualkit.formats.documents import KINDS, read_document

__all__ = ["COLUMNS", "UtteranceTable"]

COLUMNS = (
    "document",
    "position",
    "text",
    "speaker",
    "role",
    "organisation",
    "stakeholder_type",
    "is_moderator",
    "kind",
    "label",
    "section",
    "codable",
)
"""The columns that are read; document and text must be there, others are left where they are."""

_TABLES = (".csv", ".jsonl", ".ndjson", ".parquet", ".tsv")
_BLOCK = 20_000  # utterances read at once
_BYTES = 16_000_000  # of a csv file read at once; no row may be longer
_BUFFER = 1_000_000  # bytes of a column of a Parquet file read at once
_LINE = 20_000_000  # bytes of one line of a jsonl file
_FLAGS = ("is_moderator", "codable")
_YES, _NO = {"1", "true", "t", "yes", "y"}, {"", "0", "false", "f", "no", "n", "none", "nan"}


class UtteranceTable:
    r"""Utterances in a file or a folder, to be gone through from the first to the last.

    Args:
        path: a .csv, .tsv, .jsonl (or .ndjson) or .parquet file of utterances; a folder of such
            files, taken in the order of their names; or a folder of documents of the kinds that
            are imported. Text is UTF-8.

    Attributes:
        done: from 0 to 1, how far ``blocks`` has come.
        left_out: names of the files of a folder that are of no kind that is read.
        skipped: utterances left out because the column ``codable`` says no.

    Raises:
        UnreadableFileError: there is nothing at that place.
        UnknownFileKindError: it is of no kind that is read.
        EmptyFileError: the folder holds nothing that is read.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "a.csv"
        ...     written = file.write_text("document,text\nd,Hello\nd,Bye\n")
        ...     [block.values.tolist() for block in UtteranceTable(file).blocks()]
        [[['d', 1, 'Hello'], ['d', 2, 'Bye']]]
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.done = 0.0
        self.skipped = 0
        self.left_out: list[str] = []
        self._numbering: tuple[str, int] = ("", 0)
        self._files = self._found()

    def files(self) -> list[dict[str, str]]:
        """Return name and SHA-256 of every file, in order."""
        told = []
        for file in self._files:
            with _opened(file) as source:
                digest = hashlib.file_digest(source, "sha256").hexdigest()
            told.append({"name": file.name, "sha256": digest})
        return told

    def blocks(self) -> Iterator[pd.DataFrame]:
        """Yield the utterances in order, with those of ``COLUMNS`` that are there.

        Where there is no column position, the utterances of a document are numbered 1, 2, 3 ...

        Raises:
            UnreadableFileError: a file is damaged, or not what its name says.
            OptionError: a column is missing, a document has no name, or a position is no number.
        """
        self.done, self.skipped, self._numbering = 0.0, 0, ("", 0)
        sizes = [file.stat().st_size for file in self._files]
        before = 0
        for file, size in zip(self._files, sizes, strict=True):
            row = 1
            for frame, share in _read(file, is_table=self.path.is_file()):
                self.done = (before + share * size) / max(sum(sizes), 1)
                yield from self._standard(frame, f"{file.name}, from row {row}")
                row += len(frame)
            before += size
        self.done = 1.0

    def _found(self) -> list[Path]:
        if not self.path.exists():
            raise UnreadableFileError("there is no such file or folder", where=str(self.path))
        if self.path.is_file():
            if self.path.suffix.lower() not in _TABLES:
                what = f"utterances are not read from a file of kind '{self.path.suffix}'"
                remedy = f"give a folder of documents, or one of {', '.join(_TABLES)}"
                raise UnknownFileKindError(what, where=self.path.name, remedy=remedy)
            return [self.path]
        inside = sorted(file for file in self.path.iterdir() if file.is_file())
        tables = [file for file in inside if file.suffix.lower() in (".parquet", ".jsonl")]
        files = tables or [file for file in inside if file.suffix.lower() in KINDS]
        self.left_out = [file.name for file in inside if file not in set(files)]
        if not files:
            raise EmptyFileError("the folder holds nothing that is read", where=str(self.path))
        return files

    def _standard(self, frame: pd.DataFrame, where: str) -> Iterator[pd.DataFrame]:
        """Yield the block with the types that the columns should have."""
        for column in ("document", "text"):
            if column not in frame:
                remedy = f"it needs document and text; {', '.join(COLUMNS[3:])} are used if there"
                raise OptionError(f"there is no column {column}", where=where, remedy=remedy)
        found = {"document": frame["document"].fillna("").astype("str")}
        if (found["document"] == "").any():
            raise OptionError("an utterance is of no document", where=where, remedy="name it")
        found["position"] = self._positions(frame, found["document"], where)
        for column in COLUMNS[2:]:
            if column in frame:
                values = frame[column]
                flag = column in _FLAGS
                found[column] = _flags(values, where) if flag else values.fillna("").astype("str")
        whole = pd.DataFrame(found)
        if "codable" in whole:
            self.skipped += int((~whole["codable"]).sum())
            whole = whole[whole["codable"]].drop(columns="codable")
        if len(whole):
            yield whole.reset_index(drop=True)

    def _positions(self, frame: pd.DataFrame, document: pd.Series[Any], where: str) -> Any:
        if "position" in frame:
            numbers = pd.to_numeric(frame["position"], errors="coerce")
            if numbers.isna().any() or (numbers % 1 != 0).any():
                remedy = "number the utterances of each document, or leave the column out"
                raise OptionError("a position is no whole number", where=where, remedy=remedy)
            return numbers.astype("int64")
        last, count = self._numbering
        is_new = document.ne(document.shift())
        place = document.groupby(is_new.cumsum()).cumcount() + 1
        first_run = is_new.cumsum() == 1
        if len(document) and document.iloc[0] == last:
            place = place + first_run * count
        self._numbering = (document.iloc[-1], int(place.iloc[-1]))
        return place.astype("int64")


def _read(file: Path, *, is_table: bool) -> Iterator[tuple[pd.DataFrame, float]]:
    """Yield the blocks of one file, and how far each brings us through it."""
    kind = file.suffix.lower()
    if kind == ".parquet":
        yield from _parquet(file)
    elif kind in (".jsonl", ".ndjson"):
        yield from _jsonl(file)
    elif kind in (".csv", ".tsv") and (is_table or not _is_document(file)):
        yield from _csv(file)
    else:
        yield _document(file), 1.0


def _is_document(file: Path) -> bool:
    """Return whether a table is one document, a line for each utterance, and not many."""
    with _opened(file) as source:
        head = source.readline(_LINE).decode("utf-8", "replace")
    return "document" not in _cells(head)


def _cells(head: str) -> list[str]:
    plain = head.strip().lstrip("\ufeff")
    return [cell.strip().strip('"') for cell in plain.split(max(",;\t", key=plain.count))]


def _csv(file: Path) -> Iterator[tuple[pd.DataFrame, float]]:
    import pyarrow as pa  # noqa: PLC0415 - slow to load
    from pyarrow import csv  # noqa: PLC0415

    with _opened(file) as source:
        head = source.readline(_LINE).decode("utf-8", "replace")
        source.seek(0)
        marks = sum(block.count(b'"') for block in iter(lambda: source.read(_BYTES), b""))
    if marks % 2:  # all that follows would be read as one text
        what = "is no whole table: a quotation mark is not closed"
        raise UnreadableFileError(what, where=file.name, remedy="look for an odd one")
    wanted = [column for column in COLUMNS if column in _cells(head)]
    separator = max(",;\t", key=head.count)
    reading = csv.ReadOptions(block_size=_BYTES, use_threads=False)
    parsing = csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    kinds = csv.ConvertOptions(
        include_columns=wanted,
        column_types=dict.fromkeys(wanted, pa.string()),
        strings_can_be_null=False,
    )
    try:
        with pa.OSFile(str(file)) as source:
            size = max(source.size(), 1)
            for batch in csv.open_csv(source, reading, parsing, kinds):
                yield batch.to_pandas(), min(source.tell() / size, 1.0)
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError) as error:
        what = f"is no table in UTF-8 ({' '.join(str(error).split())[:150]})"
        raise UnreadableFileError(what, where=file.name, remedy="save it as CSV UTF-8") from error


def _parquet(file: Path) -> Iterator[tuple[pd.DataFrame, float]]:
    import pyarrow as pa  # noqa: PLC0415 - slow to load
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        # read ahead, it would keep all that it has read until the end of the file
        with pq.ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER) as table:
            wanted = [column for column in COLUMNS if column in table.schema_arrow.names]
            total, read = max(table.metadata.num_rows, 1), 0
            for batch in table.iter_batches(batch_size=_BLOCK, columns=wanted, use_threads=False):
                read += batch.num_rows
                yield batch.to_pandas(), read / total
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        what = f"is no whole Parquet file ({' '.join(str(error).split())[:150]})"
        raise UnreadableFileError(what, where=file.name, remedy="write it again") from error


def _jsonl(file: Path) -> Iterator[tuple[pd.DataFrame, float]]:
    size = max(file.stat().st_size, 1)
    rows: list[Mapping[str, Any]] = []
    with _opened(file) as source:
        for number, line in enumerate(iter(lambda: source.readline(_LINE + 1), b""), start=1):
            if line.strip():
                rows.append(_object(line, f"{file.name}, line {number}"))
            if len(rows) == _BLOCK:
                yield _table(rows), source.tell() / size
                rows = []
    if rows:
        yield _table(rows), 1.0


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        found = json.loads(line) if len(line) <= _LINE else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        what = "the line is no JSON object of one utterance"
        raise UnreadableFileError(what, where=where, remedy="write one object a line, in UTF-8")
    return found


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    there = [column for column in COLUMNS if any(column in row for row in rows)]
    return pd.DataFrame({column: [row.get(column) for row in rows] for column in there})


def _document(file: Path) -> pd.DataFrame:
    """Return the codable utterances of a document, with who speaks."""
    document = read_document(file)
    spoken = [one for one in document.utterances if one.codable]
    speakers = {one.name: one for one in document.speakers}
    who = [speakers.get(one.speaker or "") for one in spoken]
    found: dict[str, Any] = {
        "document": file.name,
        "position": [one.position for one in spoken],
        "text": [one.text_in(document.text) for one in spoken],
        "speaker": [one.speaker or "" for one in spoken],
        "is_moderator": [bool(one and one.is_moderator) for one in who],
        "kind": [str(one.kind) for one in spoken],
        "label": [one.label or "" for one in spoken],
        "section": [one.section or "" for one in spoken],
    }
    for column in ("role", "organisation", "stakeholder_type"):
        get = operator.attrgetter(column)
        found[column] = [(get(one) if one else None) or "" for one in who]
    return pd.DataFrame(found)


def _flags(values: pd.Series[Any], where: str) -> pd.Series[Any]:
    if values.dtype.kind == "b":
        return values.astype(bool)
    plain = values.fillna("").astype("str").str.strip().str.lower()
    strange = plain[~plain.isin([*_YES, *_NO])]
    if len(strange):
        what = f"{strange.iloc[0]!r} in the column {values.name} is neither yes nor no"
        raise OptionError(what, where=where, remedy="write true or false")
    return plain.isin(_YES)


def _opened(file: Path) -> Any:
    try:
        return file.open("rb")
    except OSError as error:
        what = f"cannot be read ({(error.strerror or str(error)).lower()})"
        raise UnreadableFileError(what, where=file.name, remedy="check the path") from error
