"""Tables for SPSS (``.sav``), with labels, missing values and measure levels."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import OptionError, UnwritableError
from qualkit.formats.atomic import replacing

__all__ = ["Variable", "write_sav"]

_MOST_TEXT = 32_767  # bytes of a string variable
_MOST_LABEL, _MOST_VALUE, _MOST_FILE, _MOST_NOTE = 255, 120, 64, 80  # bytes
_CUT = " [cut]"


@dataclass(frozen=True)
class Variable:
    """What SPSS is told of a column.

    Attributes:
        label: in words.
        measure: "nominal", "ordinal" or "scale".
        values: number -> what it means.
        missing: the number, among ``values``, that stands where there is no value.
    """

    label: str
    measure: str = "nominal"
    values: Mapping[int, str] | None = None
    missing: int | None = None


def write_sav(
    path: str | Path,
    frame: pd.DataFrame,
    variables: Mapping[str, Variable],
    about: Mapping[str, Any],
) -> dict[str, int]:
    """Write a table as SPSS reads it, and return column -> how many texts were cut.

    A text in SPSS has at most 32,767 bytes in UTF-8: a longer one is cut between two characters,
    ends with "[cut]", and the notes of the file say how many those were. Labels that are longer
    than SPSS takes (255 bytes of a variable, 120 of a value) end with "...".

    Args:
        path: the file to write or to replace.
        frame: columns named as ``formats.column_names`` does; text or numbers.
        variables: column -> what SPSS is told of it.
        about: what the file contains; stands in its label and its notes.

    Raises:
        OptionError: pyreadstat is not installed.
        UnwritableError: the file cannot be written; an old one is left as it was.

    Example:
        >>> import tempfile
        >>> told = {"pay": Variable("Pay", values={0: "no", 1: "yes", 9: "not seen"}, missing=9)}
        >>> table = pd.DataFrame({"pay": pd.array([1, 0, None], dtype="Int8")})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_sav(Path(folder) / "a.sav", table, told, {"project": "Small"})
        {}
    """
    try:
        import pyreadstat  # noqa: PLC0415 - not everybody has it
    except ImportError as error:
        what = "SPSS files need the package pyreadstat"
        remedy = "install it with: pip install 'qualkit[spss]'"
        raise OptionError(what, where=str(path), remedy=remedy) from error
    out, cut = _fitting(frame, variables)
    notes = [line for name, value in about.items() for line in _note(name, value)]
    notes += [
        line
        for name, count in cut.items()
        for line in _note("cut", f"{count} texts of {name}, longer than {_MOST_TEXT:,} bytes")
    ]
    with replacing(path) as draft:
        try:
            pyreadstat.write_sav(
                out,
                str(draft),
                file_label=_within(str(about.get("project", "")), _MOST_FILE),
                note=notes,
                variable_format={name: "F8.0" for name in _whole(frame)},
                **_told(variables),
            )
        except pyreadstat.PyreadstatError as error:
            what = f"the file cannot be made ({error})"
            raise UnwritableError(what, where=str(path), remedy="export .csv instead") from error
    return cut


def _whole(frame: pd.DataFrame) -> list[str]:
    """Return the columns of whole numbers, yes and no."""
    kinds = pd.api.types
    return [
        str(name)
        for name in frame.columns
        if kinds.is_integer_dtype(frame[name].dtype) or kinds.is_bool_dtype(frame[name].dtype)
    ]


def _told(variables: Mapping[str, Variable]) -> dict[str, Any]:
    items = variables.items()
    return {
        "column_labels": {name: _within(one.label, _MOST_LABEL) for name, one in items},
        "variable_measure": {name: one.measure for name, one in items},
        "variable_value_labels": {
            name: {value: _within(word, _MOST_VALUE) for value, word in one.values.items()}
            for name, one in items
            if one.values
        },
        "missing_ranges": {name: [one.missing] for name, one in items if one.missing is not None},
    }


def _fitting(
    frame: pd.DataFrame, variables: Mapping[str, Variable]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the table in plain numbers and texts, and column -> how many texts were cut."""
    columns: dict[str, Any] = {}
    cut = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_integer_dtype(column.dtype):
            missing = variables[name].missing if name in variables else None
            filled = column if missing is None else column.fillna(missing)
            columns[name] = filled.astype("float64")
        elif pd.api.types.is_float_dtype(column.dtype):
            columns[name] = column
        else:
            texts = column.astype(object).where(column.notna(), "")
            short = {one: _within(one, _MOST_TEXT, _CUT) for one in texts.unique()}
            columns[name] = texts.map(short).astype(object)
            count = int((columns[name] != texts).sum())
            if count:
                cut[name] = count
    return pd.DataFrame(columns, index=frame.index), cut


def _within(text: str, most: int, end: str = "...") -> str:
    """Return a text without NUL of at most so many bytes."""
    clean = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    data = clean.encode("utf-8", "replace")
    if len(data) <= most:
        return data.decode("utf-8")
    return data[: most - len(end)].decode("utf-8", "ignore") + end


def _note(name: str, value: Any) -> Iterable[str]:
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    lines = textwrap.wrap(f"{name.replace('_', ' ')}: {shown}", _MOST_NOTE // 2) or [""]
    return [_within(line, _MOST_NOTE) for line in lines]
