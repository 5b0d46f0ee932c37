"""Texts coded in place in the manner of ROCK: a line with ``[[code]]`` or ``[[parent>code]]``.

Format: the Reproducible Open Coding Kit standard (rock.opens.science). ``[[name=value]]`` and
``[[name:value]]`` identify something (a case, an utterance), ``[[code||value]]`` gives a code a
value, ``[[code->other||kind]]`` joins two codes, ``---<<name>>---`` parts sections, ``###`` begins
a comment, blocks between lines of ``---`` hold metadata. A code applies to the words of its line.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from qualkit.errors import UnreadableFileError
from qualkit.formats.foreign import (
    UNKNOWN_CODER,
    CodeRow,
    Foreign,
    ForeignCoding,
    Loss,
    Source,
    with_codes,
)
from qualkit.formats.frames import file_bytes
from qualkit.formats.read_archive import BROKEN, damaged, read_part
from qualkit.formats.read_plain import read_plain

__all__ = ["read_rock"]

_MARK = re.compile(r"\[\[([^\[\]\n]*)\]\]")
_IDENTIFIER = re.compile(r"[\w.-]+\s*[=:]\s*.*")
_SECTION = re.compile(r"\s*---+<<.*>>---+\s*")
_KIND = "ROCK project"
_MOST_BYTES = 40_000_000
_MOST_PARTS = 5_000


def read_rock(path: Path) -> Foreign:
    """Return a ``.rock`` text, or all that are in a ``.ROCKproject``, as a project.

    Raises:
        FileError: the file is missing, empty, damaged or hostile.
    """
    data = file_bytes(path, path.name)
    reading = _Reading()
    if path.suffix.casefold() == ".rock":
        reading.text(path.name, data)
    else:
        for name in _texts(data, path.name):
            reading.text(PurePosixPath(name).name, read_part(data, name, path.name, _KIND))
    rows = [CodeRow(key, key, parent) for key, parent in reading.codes.items()]
    found = with_codes("ROCK", path.stem, rows, path.name)
    found.sources, found.codings = reading.sources, reading.codings
    losses = reading.losses.items()
    found.losses = [Loss(what, count, why) for (what, why), count in losses]
    return found


def _texts(data: bytes, name: str) -> list[str]:
    """Return the parts that are texts; refuse what would fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [one for one in archive.infolist() if one.filename.casefold().endswith(".rock")]
    except BROKEN as error:
        raise damaged(name, _KIND) from error
    size = sum(one.file_size for one in parts)
    if size > _MOST_BYTES or len(parts) > _MOST_PARTS:
        what = f"it unpacks to {size // 1_000_000:,} MB in {len(parts):,} texts"
        raise UnreadableFileError(what, where=name, remedy="bring in its texts one by one")
    if not parts:
        raise UnreadableFileError("there is no .rock text in this archive", where=name)
    return sorted(one.filename for one in parts)


@dataclass
class _Reading:
    """What has been read so far; codes are name -> name of the one above."""

    sources: list[Source] = field(default_factory=list)
    codings: list[ForeignCoding] = field(default_factory=list)
    codes: dict[str, str | None] = field(default_factory=dict)
    losses: Counter[tuple[str, str]] = field(default_factory=Counter)

    def text(self, name: str, data: bytes) -> None:
        """Read one text."""
        key = f"{len(self.sources)} {name}"
        lines: list[str] = []
        length = 0
        for line in _without_metadata(read_plain(data, name).text.split("\n")):
            words = _MARK.sub("", line).strip().lstrip("~").strip()
            is_comment = words.startswith("###") or _SECTION.fullmatch(line) is not None
            kept = "" if is_comment else words
            for mark in _MARK.findall(line):
                self._mark(mark.strip(), key, length, length + len(kept))
            lines.append(kept)
            length += len(kept) + 1
        self.sources.append(Source(key, PurePosixPath(name).stem, "\n".join(lines)))

    def _mark(self, mark: str, key: str, start: int, end: int) -> None:
        if _IDENTIFIER.fullmatch(mark):
            name = re.split(r"[=:]", mark)[0].strip()
            self.losses["identifier", f"what '{name}' identifies is not kept"] += 1
            return
        path, _, value = mark.partition("||")
        memo = f"value: {value.strip()}" if value else ""
        if "->" in path:
            memo = ": ".join(filter(None, [" -> ".join(path.split("->")), value.strip()]))
            for one in path.split("->"):
                self._code(one, memo, key, start, end)
        else:
            self._code(path, memo, key, start, end)

    def _code(self, path: str, memo: str, key: str, start: int, end: int) -> None:
        """Add a coding of the last of the codes on a path."""
        names = [one.strip() for one in path.split(">") if one.strip()]
        if not names:
            self.losses["Coding", "it has no name"] += 1
            return
        for above, one in zip([None, *names], names, strict=False):
            if self.codes.get(one) is None:
                self.codes[one] = above
        if start == end:
            self.losses["Coding", "there are no words on its line"] += 1
            return
        self.codings.append(ForeignCoding(key, names[-1], UNKNOWN_CODER, start, end, memo))


def _without_metadata(lines: list[str]) -> list[str]:
    """Return the lines without the blocks of metadata, which stand between two lines of ``---``."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        is_fence = lines[at].strip() == "---"
        close = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == "---"), None)
        if is_fence and close is not None:
            at = close + 1
            continue
        kept.append(lines[at])
        at += 1
    return kept
