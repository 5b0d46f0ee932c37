"""The files that utterances are in, read block by block: csv, jsonl, Parquet, documents."""

from __future__ import annotations

import csv
import gzip
import json
import operator
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import OptionError, UnreadableFileError
from qualkit.formats.documents import read_document
from qualkit.formats.read_lines import whole

__all__ = ["COLUMNS", "TABLES", "blocks_of", "kind_of", "opened"]

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

TABLES = (".csv", ".jsonl", ".ndjson", ".parquet", ".tsv")
"""The suffixes of tables of utterances."""

_PACKED = (".csv", ".jsonl", ".ndjson", ".tsv")  # may be packed by gzip, as in talk.csv.gz
_SEPARATORS = ",;\t|"
_BLOCK = 20_000  # utterances read at once
_BYTES = 16_000_000  # of a csv file read at once; no row may be longer
_BUFFER = 1_000_000  # bytes of a column of a Parquet file read at once
_LINE = 20_000_000  # bytes of one line of a jsonl file


def blocks_of(file: Path, name: str, *, is_table: bool) -> Iterator[tuple[pd.DataFrame, float]]:
    """Yield the blocks of one file, under the names of ``COLUMNS``, and how far each brings us.

    Args:
        file: of a kind that is read.
        name: of the document, if it is one.
        is_table: a csv file is a table of many documents, whatever its first line says.

    Raises:
        UnreadableFileError: it is damaged, or not what its name says.
        OptionError: two columns have the same name.
    """
    kind = kind_of(file)
    try:
        if kind == ".parquet":
            yield from _parquet(file)
        elif kind in (".jsonl", ".ndjson"):
            yield from _jsonl(file)
        elif kind in (".csv", ".tsv") and (is_table or not _is_document(file)):
            yield from _csv(file)
        else:
            yield _document(file, name), 1.0
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        what = "is packed, and damaged or cut short"
        raise UnreadableFileError(what, where=file.name, remedy="pack it again") from error


def opened(file: Path, *, as_it_is: bool = False) -> Any:
    """Return a file to read from; one that is packed by gzip is unpacked meanwhile."""
    try:
        source = file.open("rb")
    except OSError as error:
        what = f"cannot be read ({(error.strerror or str(error)).lower()})"
        raise UnreadableFileError(what, where=file.name, remedy="check the path") from error
    is_packed = source.read(2) == b"\x1f\x8b"
    source.seek(0)
    if as_it_is or not is_packed:
        return source
    source.close()
    return gzip.open(file)


def kind_of(file: Path) -> str:
    """Return the suffix; of a packed table the one before .gz."""
    kind, inner = file.suffix.lower(), Path(file.stem).suffix.lower()
    return inner if kind == ".gz" and inner in _PACKED else kind


def _is_document(file: Path) -> bool:
    """Return whether a table is one document, a line for each utterance, and not many."""
    with opened(file) as source:
        head = _first_line(source)
    return "document" not in _folded(head, _separator(head))


def _first_line(source: Any) -> str:
    """Return the first line of a file, in whatever way lines end in it; stand at its end."""
    line: bytes = (source.readline(_LINE).splitlines() or [b""])[0]
    source.seek(len(line))
    return line.decode("utf-8", "replace")


def _titles(given: Iterable[str], where: str) -> dict[str, str]:
    """Return the columns that are read: title as it is written -> name.

    Raises:
        OptionError: two have the same name.
    """
    found: dict[str, str] = {}
    for title in given:
        name = title.strip().casefold()
        if name in COLUMNS:
            if name in found.values():
                what = f"two columns are called {name}"
                raise OptionError(what, where=where, remedy="rename one")
            found[title] = name
    return found


def _cells(head: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([head.lstrip("\ufeff")], delimiter=separator), [])
    except csv.Error:  # whatever that is, it is no line of titles
        return []


def _folded(head: str, separator: str) -> list[str]:
    return [cell.strip().casefold() for cell in _cells(head, separator)]


def _separator(head: str) -> str:
    """Return what stands between cells: what gives the columns that must be there, or is common."""
    return max(
        _SEPARATORS,
        key=lambda one: ({"document", "text"} <= {*_folded(head, one)}, head.count(one)),
    )


def _csv(file: Path) -> Iterator[tuple[pd.DataFrame, float]]:
    import pyarrow as pa  # noqa: PLC0415 - slow to load
    from pyarrow import csv as tables  # noqa: PLC0415

    head, is_packed, is_empty = _looked_at(file)
    separator = _separator(head)
    titles = _titles(_cells(head, separator), file.name)
    if is_empty:
        yield pd.DataFrame(columns=[*titles.values()]), 1.0
        return
    reading = tables.ReadOptions(block_size=_BYTES, use_threads=False)
    parsing = tables.ParseOptions(delimiter=separator, newlines_in_values=True)
    kinds = tables.ConvertOptions(
        include_columns=[*titles],
        column_types=dict.fromkeys(titles, pa.string()),
        strings_can_be_null=False,
    )
    try:
        with pa.OSFile(str(file)) as raw:
            size = max(raw.size(), 1)
            source = pa.CompressedInputStream(raw, "gzip") if is_packed else raw
            for batch in tables.open_csv(source, reading, parsing, kinds):
                yield batch.to_pandas().rename(columns=titles), min(raw.tell() / size, 1.0)
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError) as error:
        plain = "".join(one for one in str(error) if one.isprintable())
        what = f"is no table in UTF-8 ({plain[:150]})"
        raise UnreadableFileError(what, where=file.name, remedy="save it as CSV UTF-8") from error


def _looked_at(file: Path) -> tuple[str, bool, bool]:
    """Return the first line of a csv file, whether it is packed, and whether it holds no row.

    Raises:
        UnreadableFileError: a quotation mark is not closed.
    """
    with opened(file) as source:
        head = _first_line(source)
        is_empty = not source.read(10).strip()
        source.seek(0)
        marks = sum(block.count(b'"') for block in iter(lambda: source.read(_BYTES), b""))
        is_packed = isinstance(source, gzip.GzipFile)
    if marks % 2:  # all that follows would be read as one text
        what = "is no whole table: a quotation mark is not closed"
        raise UnreadableFileError(what, where=file.name, remedy="look for an odd one")
    return head, is_packed, is_empty


def _parquet(file: Path) -> Iterator[tuple[pd.DataFrame, float]]:
    import pyarrow as pa  # noqa: PLC0415 - slow to load
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        # read ahead, it would keep all that it has read until the end of the file
        with pq.ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER) as table:
            titles = _titles(table.schema_arrow.names, file.name)
            total, read = max(table.metadata.num_rows, 1), 0
            for batch in table.iter_batches(
                batch_size=_BLOCK, columns=[*titles], use_threads=False
            ):
                read += batch.num_rows
                yield batch.to_pandas().rename(columns=titles), read / total
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        what = f"is no whole Parquet file ({' '.join(str(error).split())[:150]})"
        raise UnreadableFileError(what, where=file.name, remedy="write it again") from error


def _jsonl(file: Path) -> Iterator[tuple[pd.DataFrame, float]]:
    size = max(file.stat().st_size, 1)
    rows: list[Mapping[str, Any]] = []
    with opened(file) as source:
        raw: Any = source.fileobj if isinstance(source, gzip.GzipFile) else source
        for number, line in enumerate(iter(lambda: source.readline(_LINE + 1), b""), start=1):
            if line.strip():
                rows.append(_object(line, f"{file.name}, line {number}"))
            if len(rows) == _BLOCK:
                yield _table(rows, file.name), min(raw.tell() / size, 1.0)
                rows = []
    if rows:
        yield _table(rows, file.name), 1.0


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        found = json.loads(line) if len(line) <= _LINE else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or any(isinstance(one, (dict, list)) for one in _used(found)):
        what = "the line is no JSON object of one utterance"
        raise UnreadableFileError(what, where=where, remedy="write one object a line, in UTF-8")
    if line.isascii() and b"\\u" not in line:
        return found
    return {name: whole(one) if isinstance(one, str) else one for name, one in found.items()}


def _used(row: Mapping[str, Any]) -> list[Any]:
    return [one for name, one in row.items() if name.strip().casefold() in COLUMNS]


def _table(rows: Sequence[Mapping[str, Any]], where: str) -> pd.DataFrame:
    titles = _titles(dict.fromkeys(chain.from_iterable(rows)), where)
    return pd.DataFrame({name: [row.get(one) for row in rows] for one, name in titles.items()})


def _document(file: Path, name: str) -> pd.DataFrame:
    """Return the codable utterances of a document, with who speaks."""
    document = read_document(file)
    spoken = [one for one in document.utterances if one.codable]
    speakers = {one.name: one for one in document.speakers}
    who = [speakers.get(one.speaker or "") for one in spoken]
    found: dict[str, Any] = {
        "document": name,
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
