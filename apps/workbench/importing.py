"""Files dropped on the page Documents: tried or stored, one by one, under pseudonyms if wished."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from qualkit.errors import QualkitError
from qualkit.workflow.project import Project
from qualkit.workflow.pseudonyms import load_pseudonyms

__all__ = ["Taken", "Upload", "key_file", "take_in"]


class Upload(Protocol):
    """A file as the browser sent it."""

    name: str

    def getvalue(self) -> bytes:
        """Return its bytes."""


@dataclass(frozen=True)
class Taken:
    """What became of one file.

    Attributes:
        row: file, document, status, utterances ... message: as ``Project.import_documents`` tells.
        report: what the reader made of it, as ``Project.import_report``; None when it failed.
    """

    row: dict[str, Any]
    report: pd.DataFrame | None


@contextmanager
def key_file(content: bytes | None, name: str = "key.csv") -> Iterator[Path | None]:
    """Give the path of a key file that exists only inside the ``with`` block; None for None."""
    if content is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="qualkit-") as folder:
        path = Path(folder) / f"key{Path(name).suffix.lower() or '.csv'}"
        path.write_bytes(content)
        path.chmod(0o600)
        yield path


def take_in(
    project: Project, files: Sequence[Upload], *, unit: str, key: Upload | None, dry_run: bool
) -> list[Taken]:
    """Read files into the project, or only try them; a bad one harms no other.

    Args:
        project: the open project.
        files: what was dropped.
        unit: what becomes an utterance.
        key: a key file of pseudonyms, put in place of names before anything is stored.
        dry_run: read and report, store nothing.

    Raises:
        QualkitError: the key file cannot be used; then no file is touched.
    """
    content = None if key is None else key.getvalue()
    with key_file(content, "" if key is None else key.name) as path:
        if path is not None:
            load_pseudonyms(path)
        return [_one(project, file, unit, path, dry_run) for file in files]


def _one(project: Project, file: Upload, unit: str, key: Path | None, dry_run: bool) -> Taken:
    try:
        row, report = project.import_bytes(
            file.getvalue(), file.name, unit=unit, pseudonyms=key, dry_run=dry_run
        )
    except QualkitError as problem:
        return Taken({"file": file.name, "status": "failed", "message": str(problem)}, None)
    return Taken({"file": file.name} | row, report)
