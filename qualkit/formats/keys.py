"""The key file of pseudonyms: which label stands for which name. Kept apart from the project."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from qualkit.errors import CodingsFileError
from qualkit.formats.atomic import write_text
from qualkit.formats.frames import read_frame

__all__ = ["read_key", "write_key"]


def read_key(path: str | Path) -> dict[str, tuple[str, str]]:
    """Return name -> (kind, label) from a csv or xlsx with the columns name, kind, label.

    A row without a label leaves the name as it is.

    Raises:
        CodingsFileError: a column is missing.
        FileError: the file cannot be read.
    """
    frame = read_frame(path)
    columns = {str(title).strip().casefold(): title for title in frame}
    missing = [title for title in ("name", "label") if title not in columns]
    if missing:
        raise CodingsFileError(
            f"there is no column '{missing[0]}'",
            where=Path(path).name,
            remedy="a key file has the columns name, kind, label",
        )
    kinds = frame[columns["kind"]] if "kind" in columns else ["person"] * len(frame)
    rows = zip(frame[columns["name"]], kinds, frame[columns["label"]], strict=True)
    return {
        str(name).strip(): (str(kind).strip() or "person", str(label).strip())
        for name, kind, label in rows
        if str(name).strip()
    }


def write_key(path: str | Path, key: Mapping[str, tuple[str, str]]) -> Path:
    """Write a key file, readable by its owner alone, and return where it is.

    Raises:
        UnwritableError: the folder refuses.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", "kind", "label"])
    writer.writerows((name, kind, label) for name, (kind, label) in key.items())
    written = write_text(path, out.getvalue())
    written.chmod(0o600)
    return written
