"""The archive of a REFI-QDA project (``.qdpx``): looked into, never unpacked onto the disk."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote

from lxml import etree

from qualkit.errors import UnreadableFileError
from qualkit.formats.read_archive import BROKEN

__all__ = ["Archive", "open_archive"]

_MOST_PARTS = 20_000
_MOST_PROJECT = 400_000_000
_MOST_TEXT = 50_000_000
_MOST_ORIGINAL = 200_000_000
_MOST_BARE = 80_000_000
_MOST_TIMES = 200
_SMALL = 20_000_000
_KIND = "REFI-QDA project"


class Archive:
    """An open ``.qdpx``: its project file, and its sources by name.

    Args:
        zipped: the open archive.
        name: for messages.
    """

    def __init__(self, zipped: zipfile.ZipFile, name: str) -> None:
        self._zipped, self.name = zipped, name
        entries = [one for one in zipped.infolist() if not one.is_dir()]
        if len(entries) > _MOST_PARTS:
            raise self._refusal(f"the archive has {len(entries):,} parts, which no project needs")
        self.strange = [one.filename for one in entries if _is_strange(one)]
        inside = [one for one in entries if not _is_strange(one)]
        self._parts = {one.filename: one for one in inside}
        self._sources = {
            one.filename.casefold().partition("/")[2]: one
            for one in inside
            if one.filename.casefold().startswith("sources/")
        }
        projects = [one for one in inside if one.filename.casefold().endswith(".qde")]
        if len(projects) != 1:
            count = "no project file (.qde)" if not projects else "more than one project file"
            raise self._refusal(f"the archive has {count}")
        self.project = projects[0]

    def _refusal(self, what: str) -> UnreadableFileError:
        return UnreadableFileError(what, where=self.name, remedy="export the project again")

    def _check(self, entry: zipfile.ZipInfo, most: int) -> None:
        is_swollen = entry.file_size > _MOST_TIMES * max(1, entry.compress_size)
        if entry.file_size > most or (entry.file_size > _SMALL and is_swollen):
            size = f"{entry.file_size // 1_000_000:,} MB"
            raise self._refusal(f"'{entry.filename}' unpacks to {size}, which no project needs")

    @contextmanager
    def open_project(self) -> Iterator[IO[bytes]]:
        """Give the project file, to be read from its beginning."""
        with self._opened(self.project, _MOST_PROJECT) as part:
            yield part

    @contextmanager
    def open_part(self, name: str, most: int) -> Iterator[IO[bytes]]:
        """Give a part that is there, to be read from its beginning."""
        with self._opened(self._parts[name], most) as part:
            yield part

    @contextmanager
    def _opened(self, entry: zipfile.ZipInfo, most: int) -> Iterator[IO[bytes]]:
        self._check(entry, most)
        try:
            with self._zipped.open(entry) as part:
                yield part
        except BROKEN as error:
            raise self._broken(error) from error

    def has(self, name: str) -> bool:
        """Return whether a part of this name is there."""
        return name in self._parts

    def source(self, path: str, *, is_text: bool = True) -> bytes | None:
        """Return the source that a path of the project file names; None if it is not in here.

        Paths that lead out of the archive (``absolute://``, ``relative://``) are not followed.
        """
        inner = path.removeprefix("internal://")
        if "://" in inner:
            return None
        wanted = inner.lstrip("/").casefold().removeprefix("sources/")
        found = self._sources.get(wanted) or self._sources.get(unquote(wanted))
        return self._read(found, _MOST_TEXT if is_text else _MOST_ORIGINAL)

    def part(self, name: str, most: int = _MOST_PROJECT) -> bytes | None:
        """Return a part by its own name; None if it is not there."""
        return self._read(self._parts.get(name), most)

    def _read(self, entry: zipfile.ZipInfo | None, most: int) -> bytes | None:
        if entry is None:
            return None
        self._check(entry, most)
        try:
            return self._zipped.read(entry)
        except BROKEN as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> UnreadableFileError:
        reason = str(error).split("\n", maxsplit=1)[0].split(", line")[0].rstrip(".")
        what = f"it is damaged ({reason or 'unreadable'})"
        if "entity" in reason.casefold():
            what = "it declares entities"
        elif "Excessive depth" in reason:
            what = "it is nested too deep"
        return self._refusal(f"this {_KIND} cannot be read: {what}")

    def elements(self) -> Iterator[tuple[str, Any]]:
        """Yield the path of names and the element of each part of the project, two levels down.

        An element is emptied when the next one is asked for, so that the file may be large.

        Raises:
            UnreadableFileError: no XML, another kind of XML, or one that declares entities.
        """
        with self.open_project() as part:
            events = etree.iterparse(
                part,
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                remove_comments=True,
                remove_pis=True,
            )
            yield from self._walk(events)

    def _walk(self, events: Any) -> Iterator[tuple[str, Any]]:
        path: list[str] = []
        for event, element in events:
            if event == "start":
                path.append(etree.QName(element).localname)
                if len(path) == 1:
                    self._check_root(element)
                    yield path[0], element
                continue
            whole = "/".join(path)
            path.pop()
            is_whole = len(path) == 2 or (len(path) == 1 and not len(element))
            if is_whole and path:
                yield whole, element
                element.clear()

    def _check_root(self, root: Any) -> None:
        if root.getroottree().docinfo.internalDTD is not None:
            raise self._refusal(f"this {_KIND} cannot be read: it declares entities")
        name = etree.QName(root).localname
        if name != "Project":
            raise self._refusal(f"the project file holds a '{name}', not a {_KIND}")


def _is_outside(name: str) -> bool:
    """Return whether an entry would be written outside the folder it is unpacked to."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in (path.parts or ("",))[0]


def _is_strange(entry: zipfile.ZipInfo) -> bool:
    """Return whether an entry leads elsewhere: by its name, or as a link to another file."""
    return _is_outside(entry.filename) or stat.S_ISLNK(entry.external_attr >> 16)


@contextmanager
def open_archive(path: str | Path) -> Iterator[Archive]:
    """Open a ``.qdpx`` file, or a bare ``.qde`` without sources, to read from it.

    Raises:
        UnreadableFileError: missing, damaged, locked, or no REFI-QDA project.
    """
    name = Path(path).name
    try:
        is_bare = name.casefold().endswith(".qde")
        zipped = _around(Path(path)) if is_bare else zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise UnreadableFileError("there is no such file", where=str(path)) from error
    except BROKEN as error:
        what = f"this is no {_KIND}, or it is damaged"
        raise UnreadableFileError(what, where=name, remedy="export it again") from error
    with zipped:
        yield Archive(zipped, name)


def _around(path: Path) -> zipfile.ZipFile:
    """Return an archive, in memory, that holds just this project file."""
    if path.stat().st_size > _MOST_BARE:
        what = f"the file is larger than {_MOST_BARE // 1_000_000} MB"
        raise UnreadableFileError(what, where=path.name, remedy="export it again as .qdpx")
    zipped = zipfile.ZipFile(io.BytesIO(), "w")
    zipped.write(path, "project.qde")
    return zipped
