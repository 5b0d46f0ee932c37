"""Tables out: comma-separated text, Parquet and JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qualkit.errors import OptionError
from qualkit.formats.atomic import replacing

__all__ = ["write_csv", "write_json", "write_parquet"]

# How a text begins that a spreadsheet would run as a formula.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n]")
_BLOCK = 20_000


def write_csv(
    path: str | Path,
    frame: pd.DataFrame,
    *,
    excel_safe: bool = True,
    about: Mapping[str, Any] | None = None,
) -> list[Path]:
    """Write a table as comma-separated text, with a header and without row numbers.

    In this kind of file nothing can say "this is text", so a spreadsheet runs a cell that begins
    with = + - @, a tab or a line break as a formula. With ``excel_safe`` such texts get an
    apostrophe in front, which ``read_codings`` takes off again, and the file begins with the mark
    by which Excel knows UTF-8. Numbers are never touched. Without it every text is written as it
    is, in plain UTF-8, for R, Python and other programs that do not run what they read.

    Args:
        path: the file to write or to replace.
        frame: any table; missing values become empty cells.
        excel_safe: whether a spreadsheet program may open the file.
        about: what the file contains; stands beside it, for ``a.csv`` in ``a.about.json``.

    Returns:
        The files written.

    Raises:
        UnwritableError: the file cannot be written; an old one is left as it was.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "a.csv"
        ...     made = write_csv(path, pd.DataFrame({"memo": ["=1+1", "fine"], "n": [-1, 2]}))
        ...     path.read_text("utf-8-sig").split()
        ['memo,n', "'=1+1,-1", 'fine,2']
    """
    out = _guarded(frame) if excel_safe else frame
    with replacing(path) as draft:
        out.to_csv(
            draft,
            index=False,
            encoding="utf-8-sig" if excel_safe else "utf-8",
            lineterminator="\r\n",
            errors="backslashreplace",
        )
    if about is None:
        return [Path(path)]
    beside = Path(path).with_suffix(".about.json")
    write_json(beside, about)
    return [Path(path), beside]


def write_parquet(
    path: str | Path, frame: pd.DataFrame, about: Mapping[str, Any] | None = None
) -> None:
    """Write a table as Parquet, which keeps every column's type.

    Args:
        path: the file to write or to replace.
        frame: any table whose columns each hold one kind of value; its ``attrs`` stay here.
        about: what the file contains; stands in its metadata as JSON, under "qualkit".

    Raises:
        OptionError: pyarrow is not installed, or a column mixes kinds of values.
        UnwritableError: the file cannot be written; an old one is left as it was.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "a.parquet"
        ...     write_parquet(path, pd.DataFrame({"n": [1, 2]}))
        ...     pd.read_parquet(path)["n"].tolist()
        [1, 2]
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - slow to load, and not everybody has it
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        what = "Parquet files need the package pyarrow"
        raise OptionError(what, where=str(path), remedy="install it, or write csv") from error
    try:
        bare = frame.copy(deep=False)
        bare.attrs = {}  # pyarrow would write them down
        table = pa.Table.from_pandas(bare, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        what = f"a column cannot be stored as Parquet ({' '.join(map(str, error.args))})"
        raise OptionError(what, where=str(path), remedy="write csv or json") from error
    if about is not None:
        told = {**(table.schema.metadata or {}), b"qualkit": _as_json(about, path).encode("utf-8")}
        table = table.replace_schema_metadata(told)
    with replacing(path) as draft:
        # Of texts, which come again and again; numbers are written faster as they are.
        words = [one.name for one in table.schema if not pa.types.is_primitive(one.type)]
        pq.write_table(table, draft, use_dictionary=words or False)


def write_json(
    path: str | Path,
    content: pd.DataFrame | Sequence[Mapping[str, Any]] | Mapping[str, Any],
    about: Mapping[str, Any] | None = None,
) -> None:
    """Write JSON: a list of rows, rows and what is to be known about them, or one mapping.

    A missing value, and a number that is not finite, become null; dates become ISO text.

    Args:
        path: the file to write or to replace.
        content: a table, a sequence of mappings (its rows), or one mapping, written as it is.
        about: versions, denominators, seed and the like; with it the file holds
            ``{"rows": [...], "about": {...}}``.

    Raises:
        OptionError: a value is of a kind that JSON has no word for.
        UnwritableError: the file cannot be written; an old one is left as it was.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "a.json"
        ...     write_json(path, pd.DataFrame({"n": [1.5, None]}), {"seed": 1})
        ...     json.loads(path.read_text("utf-8"))
        {'rows': [{'n': 1.5}, {'n': None}], 'about': {'seed': 1}}
    """
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as out:
        if isinstance(content, Mapping):
            out.write(_as_json(content, path) + "\n")
            return
        out.write("[" if about is None else '{"rows": [')
        for number, row in enumerate(_records(content)):
            out.write("\n" if number == 0 else ",\n")
            out.write(_as_json(row, path))
        out.write("\n]\n" if about is None else f'\n],\n"about": {_as_json(about, path)}}}\n')


def _guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before every text that would run as a formula."""
    out = frame.copy(deep=False)
    for place, dtype in enumerate(frame.dtypes):
        if pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype):
            continue
        values = frame.iloc[:, place].tolist()
        is_risky = [isinstance(value, str) and _DANGEROUS.match(value) for value in values]
        if any(is_risky):
            pairs = zip(values, is_risky, strict=True)
            safe = [f"'{value}" if risky else value for value, risky in pairs]
            out.isetitem(place, np.array([*safe, None], dtype=object)[:-1])
    names = [f"'{name}" if _DANGEROUS.match(name) else name for name in map(str, frame.columns)]
    return out.set_axis(names, axis="columns")


def _records(rows: pd.DataFrame | Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    if not isinstance(rows, pd.DataFrame):
        yield from rows
        return
    names = list(map(str, rows.columns))
    for first in range(0, len(rows), _BLOCK):
        block = rows.iloc[first : first + _BLOCK].astype(object)
        for row in block.itertuples(index=False, name=None):
            yield dict(zip(names, row, strict=True))


def _as_json(value: Mapping[str, Any], path: str | Path) -> str:
    try:
        text = json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        what = f"a value cannot be written as JSON ({error})"
        raise OptionError(what, where=str(path), remedy="turn it into text first") from error
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(value: Any) -> Any:
    """Return the value in words JSON has: no NaN, no numpy, dates as ISO text."""
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, Iterable):
        return [_plain(inner) for inner in value]
    if value is pd.NA or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.isoformat() if isinstance(value, date) else value
