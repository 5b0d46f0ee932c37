"""Tables of people: who speaks, as what, for whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qualkit.errors import CodingsFileError
from qualkit.formats.frames import read_frame

__all__ = ["read_people"]

_FIELDS = ("speaker", "document", "role", "organisation", "stakeholder_type", "moderator")
_YES = {"1", "true", "yes", "y", "x"}
_NO = {"0", "false", "no", "n"}


def read_people(path: str | Path) -> list[dict[str, Any]]:
    """Return one mapping per row, with every field; an empty cell is None.

    Args:
        path: csv, tsv or xlsx with a column speaker and any of document, role, organisation,
            stakeholder_type, moderator (yes or no).

    Raises:
        CodingsFileError: no column speaker, a row without a speaker, a moderator that is neither
            yes nor no.
        FileError: the file cannot be read.
    """
    frame = read_frame(path)
    name = Path(path).name
    columns = {str(column).strip().casefold().replace(" ", "_"): column for column in frame}
    if "speaker" not in columns:
        raise CodingsFileError(
            "there is no column 'speaker'",
            where=name,
            remedy=f"the columns are: {', '.join(map(str, frame.columns))}",
        )
    present = {field: columns[field] for field in _FIELDS if field in columns}
    table = frame[list(present.values())].set_axis(list(present), axis="columns")
    rows = table.to_dict(orient="records")
    return [_checked(row, f"{name}, row {number}") for number, row in enumerate(rows, start=2)]


def _checked(row: dict[Any, Any], where: str) -> dict[str, Any]:
    cells = {field: str(row.get(field, "")).strip() or None for field in _FIELDS}
    if cells["speaker"] is None:
        raise CodingsFileError("the speaker is missing", where=where)
    moderator = cells["moderator"]
    if moderator is not None and moderator.casefold() not in _YES | _NO:
        raise CodingsFileError(
            f"'{moderator}' says neither yes nor no", where=f"{where}, column moderator"
        )
    answer = None if moderator is None else moderator.casefold() in _YES
    return {**cells, "moderator": answer}
