"""What a ``.qdpx`` of qualkit carries besides the standard: all a project has, for qualkit alone.

The part ``qualkit.json`` has the tables of the project as ``project_json`` writes them, and
``qualkit/<sha256>`` the files that its documents came from. It holds for the project file it names
by SHA-256; where another program has changed that one, the part is left aside.

Beside "tables": "format", "version", "project_file" (SHA-256), "qualkit", "name", "texts"
({sha256: GUID of the source}), "log" ([{"actor", "action", "count", "first", "last"}, ...]).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from qualkit.errors import UnreadableFileError
from qualkit.formats.project_json import Packed, ProjectJson, json_parts
from qualkit.formats.qdpx_archive import Archive, open_archive
from qualkit.text.normalise import fingerprint

__all__ = ["Sidecar", "open_sidecar", "sidecar_parts"]

_PART = "qualkit.json"
_FORMAT, _VERSION = "qualkit", 1
_NEEDED = ("format", "version", "project_file", "name", "texts")
_BLOCK = 1 << 20
_MOST_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Sidecar:
    """A project as it was written.

    Attributes:
        name: of the project.
        tables: name, columns and rows of each table, to be taken in turn.
        texts: SHA-256 -> text.
        sources: SHA-256 -> bytes.
    """

    name: str
    tables: Iterable[Packed]
    texts: Mapping[str, str]
    sources: Mapping[str, bytes]


def sidecar_parts(
    content: Mapping[str, Any],
    tables: Iterable[Packed],
    sources: Mapping[str, bytes],
    digest: str,
) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of the archive that hold the sidecar.

    Args:
        content: name, qualkit, texts (SHA-256 -> GUID of the source), log.
        tables: of the project, without its log.
        sources: SHA-256 -> bytes of the files the documents came from.
        digest: SHA-256 of the project file.
    """
    head = {"format": _FORMAT, "version": _VERSION, "project_file": digest, **content}
    whole = io.BytesIO()
    for part in json_parts(head, tables):
        whole.write(part.encode("utf-8"))
    yield _PART, whole.getvalue()
    for name, data in sources.items():
        yield f"qualkit/{name}", data


@contextmanager
def open_sidecar(path: str | Path) -> Iterator[Sidecar | None]:
    """Give what qualkit wrote into a ``.qdpx``; None where it is not there, or out of date.

    Raises:
        UnreadableFileError: the archive is damaged or hostile; texts and hashes disagree.
    """
    if Path(path).suffix.casefold() != ".qdpx":
        yield None
        return
    with open_archive(path) as archive:
        yield _found(archive) if archive.has(_PART) else None


def _found(archive: Archive) -> Sidecar | None:
    @contextmanager
    def opened() -> Iterator[IO[str]]:
        with archive.open_part(_PART, _MOST_BYTES) as part:
            yield io.TextIOWrapper(part, encoding="utf-8", newline="")

    packed = ProjectJson(opened, f"{archive.name}, {_PART}")
    head = packed.head(_NEEDED)
    if head.get("format") != _FORMAT or head.get("version") != _VERSION:
        return None
    if head.get("project_file") != _digest(archive):
        return None
    return _checked(archive, head, packed)


def _digest(archive: Archive) -> str:
    digest = hashlib.sha256()
    with archive.open_project() as part:
        while block := part.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _checked(archive: Archive, head: Mapping[str, Any], packed: ProjectJson) -> Sidecar:
    named = head.get("texts")
    if not isinstance(named, dict):
        raise _wrong(archive, "it has no texts")
    texts = {}
    for sha256, guid in named.items():
        stored = archive.source(f"internal://{guid}.txt") or b""
        text = stored.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        if fingerprint(text) != sha256:
            raise _wrong(archive, f"the text of source {guid} is not the one it belongs to")
        texts[str(sha256)] = text
    sources = {name: _source(archive, name) for name in _source_names(packed)}
    return Sidecar(str(head.get("name") or ""), packed.tables(), texts, sources)


def _source_names(packed: ProjectJson) -> Iterator[str]:
    for name, columns, rows in packed.tables():
        place = list(columns).index("source_sha256") if "source_sha256" in columns else None
        for row in rows:
            if name == "documents" and place is not None:
                yield str(row[place])
        if name == "documents":
            return


def _source(archive: Archive, name: str) -> bytes:
    data = archive.part(f"qualkit/{name}")
    if data is None or hashlib.sha256(data).hexdigest() != name:
        raise _wrong(archive, "a file that a document came from is missing or changed")
    return data


def _wrong(archive: Archive, what: str) -> UnreadableFileError:
    remedy = "export the project again"
    where = f"{archive.name}, {_PART}"
    return UnreadableFileError(f"this part cannot be used: {what}", where=where, remedy=remedy)
