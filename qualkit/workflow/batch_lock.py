"""One run at a time in a folder: held while a run is alive, free again however it ends."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qualkit.errors import RefusedError, UnwritableError
from qualkit.workflow.batch_job import LOCK, make_folder

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["only_run"]

_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made if it is not there, as long as this run goes on.

    What a killed run was about to write is taken away by the next one, and must not be taken away
    from one that is alive. The system itself lets go of the file when a process ends, also by
    ``kill -9``. On a drive that cannot hold files, nothing is held.

    Raises:
        RefusedError: another run is at work in the folder.
        UnwritableError: the folder cannot be written to.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as name, only_run(Path(name)):
        ...     try:
        ...         with only_run(Path(name)):
        ...             pass
        ...     except RefusedError:
        ...         "one at a time"
        'one at a time'
    """
    make_folder(folder)
    place = folder / LOCK
    handle = _held(place)
    try:
        yield
    finally:
        with suppress(OSError):  # Windows keeps a file that is open
            place.unlink()
        os.close(handle)


def _held(place: Path) -> int:
    """Open and hold the file; again, if it was taken away by the run before meanwhile."""
    while True:
        try:
            handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            what = f"cannot be written to ({(error.strerror or str(error)).lower()})"
            remedy = "choose another place"
            raise UnwritableError(what, where=str(place.parent), remedy=remedy) from error
        try:
            _hold(handle)
        except OSError as error:
            if error.errno in _TAKEN:
                os.close(handle)
                what = "another run is at work in this folder"
                remedy = "wait for its end, or name another folder"
                raise RefusedError(what, where=str(place.parent), remedy=remedy) from error
        with suppress(OSError):
            if os.path.samestat(os.fstat(handle), place.stat()):
                return handle
        os.close(handle)


def _hold(handle: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
