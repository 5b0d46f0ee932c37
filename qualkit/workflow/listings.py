"""A list in a file: what a verb of the project gave, under names or pseudonyms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import UnknownFileKindError
from qualkit.formats.tables import write_csv, write_json, write_parquet
from qualkit.workflow.contents import contained
from qualkit.workflow.handle import Handle
from qualkit.workflow.pseudonyms import load_pseudonyms, mask

__all__ = ["LISTS", "write_table"]

_About = dict[str, Any]


def _workbook(path: Path, table: pd.DataFrame, about: _About) -> None:
    from qualkit.formats.workbook import write_workbook  # noqa: PLC0415 - openpyxl is slow

    write_workbook(path, {"Found": table}, [(name, str(value)) for name, value in about.items()])


LISTS: dict[str, Callable[[Path, pd.DataFrame, _About], object]] = {
    ".csv": lambda path, table, about: write_csv(path, table, about=about),
    ".json": write_json,
    ".parquet": write_parquet,
    ".xlsx": _workbook,
}
"""Suffix -> how a list is written."""


def write_table(
    project: Handle,
    table: pd.DataFrame,
    path: str | Path,
    *,
    pseudonyms: str | Path | None = None,
) -> Path:
    """Write a list to a file, by its suffix; no text in it runs as a formula in a spreadsheet.

    What the list is about, and what the project holds at this moment (names or pseudonyms, coders,
    rounds ...), stands in the file; of a .csv beside it, in ``.about.json``.

    Args:
        project: an open project.
        table: what one of its verbs gave.
        path: .csv, .json, .parquet or .xlsx.
        pseudonyms: a key file; every name in it is replaced by its label in what is written.

    Raises:
        UnknownFileKindError: another suffix.
        UnwritableError: the folder refuses.
    """
    target = Path(path)
    write = LISTS.get(target.suffix.casefold())
    if write is None:
        what = f"qualkit cannot write a table as '{target.suffix}'"
        raise UnknownFileKindError(what, where=str(path), remedy=f"use {', '.join(LISTS)}")
    key = None if pseudonyms is None else load_pseudonyms(pseudonyms)
    masked = mask(table, key)
    write(target, masked, contained(project, key) | masked.attrs.get("about", {}))
    return target
