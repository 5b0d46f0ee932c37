"""What a ``.qdpx`` of qualkit carries besides the standard: all a project has, for qualkit alone.

The part ``qualkit.json`` has the tables of the project, and ``qualkit/<sha256>`` the files that its
documents came from. It holds for the project file it names by SHA-256; where another program has
changed that one, the part is left aside.

Format: {"format": "qualkit", "version": 1, "qualkit": str, "project_file": str, "name": str,
"tables": {name: {"columns": [...], "rows": [[...], ...]}}, "texts": {sha256: name of the source},
"log": [{"actor", "action", "count", "first", "last"}, ...]}.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualkit.errors import UnreadableFileError
from qualkit.formats.qdpx_archive import Archive, open_archive
from qualkit.text.normalise import fingerprint

__all__ = ["Sidecar", "read_sidecar", "sidecar_parts"]

_PART = "qualkit.json"
_FORMAT, _VERSION = "qualkit", 1
_BLOCK = 1 << 20
_MOST_BYTES = 300_000_000


@dataclass(frozen=True)
class Sidecar:
    """A project as it was written.

    Attributes:
        name: of the project.
        tables: name of the table -> columns and rows.
        texts: SHA-256 -> text.
        sources: SHA-256 -> bytes.
    """

    name: str
    tables: Mapping[str, Mapping[str, Any]]
    texts: Mapping[str, str]
    sources: Mapping[str, bytes]


def sidecar_parts(
    content: Mapping[str, Any], sources: Mapping[str, bytes], digest: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of the archive that hold the sidecar.

    Args:
        content: name, qualkit, tables, texts (SHA-256 -> GUID of the source), log.
        sources: SHA-256 -> bytes of the files the documents came from.
        digest: SHA-256 of the project file.
    """
    whole = {"format": _FORMAT, "version": _VERSION, "project_file": digest, **content}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    yield _PART, text.encode("utf-8", "surrogatepass")
    for name, data in sources.items():
        yield f"qualkit/{name}", data


def read_sidecar(path: str | Path) -> Sidecar | None:
    """Return what qualkit wrote into a ``.qdpx``; None where it is not there, or out of date.

    Raises:
        UnreadableFileError: the archive is damaged or hostile; texts and hashes disagree.
    """
    if Path(path).suffix.casefold() != ".qdpx":
        return None
    with open_archive(path) as archive:
        data = archive.part(_PART, _MOST_BYTES)
        if data is None:
            return None
        try:
            whole = json.loads(data.decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError) as error:
            raise _wrong(archive, "it is no JSON") from error
        is_known = isinstance(whole, dict) and whole.get("format") == _FORMAT
        if not is_known or whole.get("version") != _VERSION:
            return None
        if whole.get("project_file") != _digest(archive):
            return None
        return _checked(archive, whole)


def _digest(archive: Archive) -> str:
    digest = hashlib.sha256()
    with archive.open_project() as part:
        while block := part.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _checked(archive: Archive, whole: dict[str, Any]) -> Sidecar:
    tables, named = whole.get("tables"), whole.get("texts")
    if not isinstance(tables, dict) or not isinstance(named, dict):
        raise _wrong(archive, "it has no tables")
    texts, sources = {}, {}
    for sha256, guid in named.items():
        stored = archive.source(f"internal://{guid}.txt") or b""
        text = stored.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        if fingerprint(text) != sha256:
            raise _wrong(archive, f"the text of source {guid} is not the one it belongs to")
        texts[str(sha256)] = text
    table = tables.get("documents")
    columns = table.get("columns", []) if isinstance(table, dict) else []
    place = columns.index("source_sha256") if "source_sha256" in columns else None
    for row in table.get("rows", []) if isinstance(table, dict) and place is not None else []:
        name = str(row[place])
        data = archive.part(f"qualkit/{name}")
        if data is None or hashlib.sha256(data).hexdigest() != name:
            raise _wrong(archive, "a file that a document came from is missing or changed")
        sources[name] = data
    return Sidecar(str(whole.get("name") or ""), tables, texts, sources)


def _wrong(archive: Archive, what: str) -> UnreadableFileError:
    remedy = "export the project again"
    where = f"{archive.name}, {_PART}"
    return UnreadableFileError(f"this part cannot be used: {what}", where=where, remedy=remedy)
