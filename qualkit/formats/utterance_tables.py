"""Tables of utterances, read block by block: csv, jsonl, Parquet, or a folder of documents.

However long the table, only a few blocks of it are in memory at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qualkit.errors import EmptyFileError, OptionError, UnknownFileKindError, UnreadableFileError
from qualkit.formats.documents import KINDS
from qualkit.formats.utterance_files import COLUMNS, TABLES, blocks_of, kind_of, opened

__all__ = ["COLUMNS", "UtteranceTable"]

_MOST = 2**53  # numbers from here on are no longer exact in every table
_FLAGS = ("is_moderator", "codable")
_YES, _NO = {"1", "true", "t", "yes", "y"}, {"", "0", "false", "f", "no", "n", "none", "nan"}


class UtteranceTable:
    r"""Utterances in a file or a folder, to be gone through from the first to the last.

    Args:
        path: a .csv, .tsv, .jsonl (or .ndjson) or .parquet file of utterances, the first three
            also packed by gzip; a folder of .jsonl or .parquet files, taken in the order of their
            names; or a folder of documents of the kinds that are imported. Folders in a folder are
            gone into, hidden files left alone. Text is UTF-8. Titles may be in any case.

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
            with opened(file, as_it_is=True) as source:
                digest = hashlib.file_digest(source, "sha256").hexdigest()
            told.append({"name": self._name(file), "sha256": digest})
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
            is_table = file == self.path
            for frame, share in blocks_of(file, self._name(file), is_table=is_table):
                self.done = (before + share * size) / max(sum(sizes), 1)
                yield from self._standard(frame, f"{file.name}, from row {row}")
                row += len(frame)
            before += size
        self.done = 1.0

    def _found(self) -> list[Path]:
        if not self.path.exists():
            raise UnreadableFileError("there is no such file or folder", where=str(self.path))
        if self.path.is_file():
            if kind_of(self.path) not in TABLES:
                what = f"utterances are not read from a file of kind '{self.path.suffix}'"
                remedy = f"give a folder of documents, or one of {', '.join(TABLES)}"
                raise UnknownFileKindError(what, where=self.path.name, remedy=remedy)
            return [self.path]
        every = (file.relative_to(self.path) for file in self.path.rglob("*") if file.is_file())
        seen = [one for one in every if not any(part.startswith(".") for part in one.parts)]
        inside = [self.path / one for one in sorted(seen) if not one.name.startswith("~$")]
        tables = [file for file in inside if kind_of(file) in (".parquet", ".jsonl", ".ndjson")]
        files = tables or [file for file in inside if kind_of(file) in KINDS]
        read = {self._name(file) for file in files}
        self.left_out = [one.as_posix() for one in sorted(seen) if one.as_posix() not in read]
        if not files:
            raise EmptyFileError("the folder holds nothing that is read", where=str(self.path))
        return files

    def _name(self, file: Path) -> str:
        """Return what a file is called: its place in the folder, where there is one."""
        return file.name if file == self.path else file.relative_to(self.path).as_posix()

    def _standard(self, frame: pd.DataFrame, where: str) -> Iterator[pd.DataFrame]:
        """Yield the block with the types that the columns should have."""
        _check_columns(frame, where)
        if frame.empty:
            return
        found = {"document": _text(frame["document"])}
        if (found["document"] == "").any():
            raise OptionError("an utterance is of no document", where=where, remedy="name it")
        found["position"] = self._positions(frame, found["document"], where)
        for column in COLUMNS[2:]:
            if column in frame:
                values = frame[column]
                flag = column in _FLAGS
                found[column] = _flags(values, where) if flag else _text(values)
        whole = pd.DataFrame(found)
        if "codable" in whole:
            self.skipped += int((~whole["codable"]).sum())
            whole = whole[whole["codable"]].drop(columns="codable")
        if len(whole):
            yield whole.reset_index(drop=True)

    def _positions(self, frame: pd.DataFrame, document: pd.Series[Any], where: str) -> Any:
        if "position" in frame:
            numbers = pd.to_numeric(frame["position"], errors="coerce")
            if numbers.isna().any() or (numbers % 1 != 0).any() or (numbers.abs() >= _MOST).any():
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


def _check_columns(frame: pd.DataFrame, where: str) -> None:
    for column in ("document", "text"):
        if column not in frame:
            remedy = f"it needs document and text; {', '.join(COLUMNS[3:])} are used if there"
            raise OptionError(f"there is no column {column}", where=where, remedy=remedy)


def _text(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column as text; missing is empty, and 7.0 is 7: where one is missing, all are so."""
    if isinstance(values.dtype, np.dtype) and values.dtype.kind == "f":
        is_whole = values.mod(1).eq(0) & values.abs().lt(_MOST)
        values = values.astype(object).mask(is_whole, values.where(is_whole, 0).astype("int64"))
    elif not pd.api.types.is_string_dtype(values.dtype):
        values = values.astype(object)
    return values.fillna("").astype("str")


def _flags(values: pd.Series[Any], where: str) -> pd.Series[Any]:
    if values.dtype == bool:
        return values
    plain = _text(values).str.strip().str.lower()
    if values.name == "codable":  # an empty cell does not say no
        plain = plain.replace("", "yes")
    strange = plain[~plain.isin([*_YES, *_NO])]
    if len(strange):
        what = f"{strange.iloc[0]!r} in the column {values.name} is neither yes nor no"
        raise OptionError(what, where=where, remedy="write true or false")
    return plain.isin(_YES)
