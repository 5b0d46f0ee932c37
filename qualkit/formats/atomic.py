"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qualkit.errors import UnwritableError

__all__ = ["replacing", "write_text"]


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a place to write to, which takes the path's name once all is written.

    The new file is made in the same folder, forced onto the disk, and then put in place of an old
    one in a single step. When anything goes wrong, the old file stays and nothing else is left.

    Args:
        path: the file to write or to replace.

    Yields:
        The path to write to meanwhile.

    Raises:
        UnwritableError: the folder is missing, or refuses, or the disk is full.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with replacing(Path(folder) / "a.txt") as draft:
        ...         written = draft.write_text("hello")
        ...     sorted(p.name for p in Path(folder).iterdir())
        ['a.txt']
    """
    target = Path(path)
    try:
        final = target.resolve()  # through a link, so that the link itself stays
        if final.is_dir():
            raise UnwritableError("is a folder", where=str(target), remedy="name a file in it")
        draft = final.with_name(f".{final.name[:80]}.{uuid.uuid4().hex}.part")
        try:
            draft.touch(exist_ok=False)
            yield draft
            _force(draft)
            if final.exists():
                draft.chmod(final.stat().st_mode & 0o777)
            draft.replace(final)
            _force(final.parent)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "choose a folder you may write to, and close the file in other programs"
        what = f"cannot be written ({reason})"
        raise UnwritableError(what, where=str(target), remedy=remedy) from error


def write_text(path: str | Path, text: str) -> Path:
    """Write a text as UTF-8, whole or not at all, and return the path it has now.

    Raises:
        UnwritableError: as ``replacing``.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_text(Path(folder) / "a.txt", "Löhne").read_text("utf-8")
        'Löhne'
    """
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")
    return Path(path)


def _force(path: Path) -> None:
    """Wait until the disk holds what was written; Windows cannot say so of a folder."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
