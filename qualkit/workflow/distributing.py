"""Running a batch on a Dask cluster: partitions coded by workers on many machines.

OUT is on a path that this machine and all workers share. Each partition is put there, a worker
reads it, codes it and writes its files as one machine would. Through Dask go the path, the number
of a partition and where it begins and ends; back comes how many utterances it has. No text, no
model and no code of a person is sent that way. This module alone knows Dask.
"""

from __future__ import annotations

import json
import logging
import platform
import queue
import re
import shutil
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualkit import __version__
from qualkit.errors import OptionError, QualkitError, UnreadableFileError
from qualkit.formats.atomic import replacing, write_text
from qualkit.formats.partitions import Partition, read_part, write_part
from qualkit.workflow.batch_coding import Rules
from qualkit.workflow.batch_job import STAGED, Job, read_job, sweep
from qualkit.workflow.batch_running import Worker
from qualkit.workflow.models import load_model

if TYPE_CHECKING:
    from qualkit.suggest import Suggester

__all__ = ["check_scheduler", "spread"]

_RUN, _MODEL = f"{STAGED}run.json", f"{STAGED}model"
_SAME = ("nltk", "numpy", "pandas", "pyarrow", "regex", "scikit-learn", "scipy")
"""Packages whose versions decide about bytes."""
_RETRIES = 3  # of a partition that went wrong
_CONNECT = 10  # seconds that a scheduler has to answer
_PATIENCE = 60.0  # seconds without any worker, or for files to show on a slow shared path
_GLANCE = 5.0  # seconds after which workers are counted again
_INSTALL = "install the same versions on all machines"
_AGAIN = "give the same command again: it goes on where it was"


def check_scheduler(address: str, jobs: int) -> None:
    """Check that an address can be of a scheduler, and that Dask is installed.

    Raises:
        OptionError: it cannot be, Dask is missing, or several jobs are asked for, too.

    Example:
        >>> check_scheduler("http://cluster:8787", 1)
        Traceback (most recent call last):
            ...
        qualkit.errors.OptionError: scheduler: 'http://cluster:8787' is no address of a Dask
        scheduler; write it as tcp://HOST:8786 or tls://HOST:8786.
    """
    if not re.fullmatch(r"(tcp|tls)://[^/\s]+:[0-9]+", address):
        what = f"{address!r} is no address of a Dask scheduler"
        raise OptionError(
            what, where="scheduler", remedy="write it as tcp://HOST:8786 or tls://HOST:8786"
        )
    if jobs != 1:
        what = "jobs are processes of this machine, and with a scheduler its workers code"
        raise OptionError(what, where="jobs", remedy="leave it out, and start more workers")
    try:
        import_module("distributed")
    except ImportError as error:
        what = "coding on a cluster needs Dask, which is not installed"
        remedy = "install it with: pip install 'qualkit[distributed]'"
        raise OptionError(what, where="scheduler", remedy=remedy) from error


def spread(
    parts: Iterable[Partition], address: str, folder: Path, model: str | Path
) -> Iterator[int]:
    """Code partitions on a Dask cluster; yield how many utterances each has.

    A partition whose worker is lost goes to another one; one that goes wrong is tried again, three
    times. Only about twice as many as there are workers lie ready at any time.

    Args:
        parts: in any order; read as workers become free.
        address: of the scheduler.
        folder: where the batch has begun; on a path that all workers share.
        model: its file, anywhere on this machine.

    Raises:
        OptionError: no scheduler answers, or a TLS address without certificates.
        UnreadableFileError: a worker does not see the folder, or sees another one.
        QualkitError: a worker has other versions, no worker is left, or the scheduler is gone.
    """
    from distributed import KilledWorker  # noqa: PLC0415  slow to load
    from distributed.comm.core import CommClosedError  # noqa: PLC0415

    folder = folder.absolute()
    with _connected(address) as client, _staged(folder, Path(model)) as token:
        try:
            _meet_workers(client, address, folder, token)
            run = _Run(client, address, folder, token)
            for part in parts:
                run.add(part)
                while run.is_full():
                    yield from run.collect()
            while run.is_busy():
                yield from run.collect()
            run.see_files()
        except KilledWorker as error:
            what = f"every worker that was given {error.task} was lost"
            remedy = f"give workers more memory or partitions fewer rows, and {_AGAIN}"
            raise QualkitError(what, where=address, remedy=remedy) from error
        except (CancelledError, CommClosedError) as error:
            what = "the scheduler is gone"
            raise QualkitError(what, where=address, remedy=_AGAIN) from error


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    dask: Any = import_module("distributed")  # typed by half
    try:
        safe = dask.Security()  # as Dask's own configuration says
        is_tls = address.startswith("tls:")
        if is_tls and safe.get_connection_args("client")["ssl_context"] is None:
            remedy = "name them in Dask's configuration (docs/scale.md)"
            raise OptionError("tls needs certificates", where=address, remedy=remedy)
        if safe.require_encryption and not is_tls:
            what = "Dask's configuration asks for encryption"
            raise OptionError(what, where=address, remedy="give an address that begins with tls")
        client = dask.Client(address, timeout=_CONNECT, security=safe, set_as_default=False)
    except OSError as error:  # refused, too late, or certificates that are no good
        what = f"no Dask scheduler answers there ({' '.join(str(error).split())[:150]})"
        remedy = "start one with: dask scheduler, or check address, firewall and certificates"
        raise OptionError(what, where=address, remedy=remedy) from error
    logger = logging.getLogger("distributed")  # tells of losses in many lines; we do in one
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with client:
            yield client
    finally:
        logger.setLevel(level)


@contextmanager
def _staged(folder: Path, model: Path) -> Iterator[str]:
    """Put into the folder what workers need; yield what this run is known by."""
    token = uuid.uuid4().hex
    content = {"token": token, "versions": _versions()}
    try:
        with replacing(folder / _MODEL) as draft:
            shutil.copyfile(model, draft)
        write_text(folder / _RUN, json.dumps(content))
        yield token
    finally:
        sweep(folder)


def _versions() -> dict[str, str]:
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python, **{name: metadata.version(name) for name in _SAME}}


def _meet_workers(client: Any, address: str, folder: Path, token: str) -> None:
    """Check that there are workers, with the same versions, who see the same folder."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as error:
        remedy = f"start some with: dask worker {address}"
        raise QualkitError("the scheduler has no workers", where=address, remedy=remedy) from error
    # Asked with a function of Python's own, since a worker may lack ours.
    for worker, found in client.run(metadata.version, "qualkit", on_error="return").items():
        if found != __version__:
            has = "no qualkit" if isinstance(found, Exception) else f"qualkit {found}"
            what = f"the worker has {has}, this machine {__version__}"
            raise QualkitError(what, where=worker, remedy=_INSTALL)
    client.run(_meet, str(folder), token)


class _Run:
    """Partitions on their way."""

    def __init__(self, client: Any, address: str, folder: Path, token: str) -> None:
        self._client, self._address, self._folder, self._token = client, address, folder, token
        self._out: dict[Any, int] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._numbers: list[int] = []
        self._room, self._counted, self._served = 1, 0.0, time.monotonic()
        self._count_workers()

    def add(self, part: Partition) -> None:
        """Put a partition where workers find it, and ask for it."""
        write_part(self._folder, _name(part.number), part.table, "parquet")
        future = self._client.submit(
            _code, str(self._folder), self._token, part.number, part.first, part.last,
            key=f"partition {part.number} of {self._token[:8]}", retries=_RETRIES, pure=False,
        )  # fmt: skip
        self._out[future] = part.number
        future.add_done_callback(self._done.put)

    def is_full(self) -> bool:
        """Return whether enough partitions lie ready."""
        return len(self._out) >= self._room

    def is_busy(self) -> bool:
        """Return whether a partition is still on its way."""
        return bool(self._out)

    def collect(self) -> Iterator[int]:
        """Yield how many utterances were coded, of partitions that have come back meanwhile."""
        back = self._come_back()
        if time.monotonic() - self._counted > _GLANCE:
            self._count_workers()
        for future in back:
            try:
                rows = future.result(timeout=_GLANCE)
            except TimeoutError:  # its worker was lost with the answer, and another does it again
                self._done.put(future)
                continue
            except ModuleNotFoundError as error:
                what = f"a worker that came later lacks the package {error.name}"
                raise QualkitError(what, where=self._address, remedy=_INSTALL) from error
            number = self._out.pop(future)
            self._numbers.append(number)
            (self._folder / f"{_name(number)}.parquet").unlink(missing_ok=True)
            yield rows

    def see_files(self) -> None:
        """Wait until all that workers wrote is seen here, too: a network drive may take a while.

        Raises:
            UnreadableFileError: it does not come.
        """
        wanted = {f"part-{number:05}.json" for number in self._numbers}
        until = time.monotonic() + _PATIENCE
        while missing := wanted - {one.name for one in self._folder.iterdir()}:
            if time.monotonic() > until:
                what = f"{len(missing)} files that workers wrote do not show here"
                remedy = "name an OUT on a path that all machines share"
                raise UnreadableFileError(what, where=str(self._folder), remedy=remedy)
            time.sleep(0.5)

    def _come_back(self) -> list[Any]:
        try:
            back = [self._done.get(timeout=_GLANCE)]
        except queue.Empty:
            return []
        while not self._done.empty():
            back.append(self._done.get())
        return back

    def _count_workers(self) -> None:
        threads = sum(self._client.nthreads().values())
        self._counted = time.monotonic()
        self._room = 2 * threads + 2
        if threads:
            self._served = self._counted
        elif self._counted - self._served > _PATIENCE:
            remedy = f"start some, and {_AGAIN}"
            raise QualkitError("no worker is left", where=self._address, remedy=remedy)


def _name(number: int) -> str:
    return f"{STAGED}{number:05}"


# From here on: what a worker does.

_ONE = threading.Lock()
"""A process codes one partition at a time, however many threads Dask gives it."""


def _code(folder: str, token: str, number: int, first: int, last: int) -> int:
    """Code one partition; return how many utterances it has."""
    from qualkit.suggest.threads import one_thread  # noqa: PLC0415

    with _ONE:
        suggester, worker = _ready(folder, token)
        if (worker.folder / f"part-{number:05}.json").exists():
            return last - first  # by somebody who was lost before it could be said
        table = read_part(worker.folder / f"{_name(number)}.parquet")
        with one_thread():
            return worker.do(Partition(number, table, first, last), suggester)


@lru_cache(maxsize=2)
def _ready(folder: str, token: str) -> tuple[Suggester, Worker]:
    """Return the model and the task of a run, read once in each process."""
    _meet(folder, token)
    job, suggester = read_job(Path(folder)), load_model(Path(folder) / _MODEL)
    if suggester.about_["model"] != job.model:
        what = f"the model is {suggester.about_['model']}, not {job.model}, which was asked for"
        raise UnreadableFileError(what, where=folder, remedy="use one folder for one run at a time")
    return suggester, Worker(Path(folder), _rules(job), job.form)


def _rules(job: Job) -> Rules:
    """Return the rules that ``job.json`` keeps, as they were before."""
    told: dict[str, Any] = job.rules
    markers = {code: tuple(words) for code, words in told["markers"].items()}
    queries = tuple((code, query) for code, query in told["queries"])
    return Rules(job.model, told["thresholds"], told["least"], markers, queries)


def _meet(folder: str, token: str) -> None:
    """Check that this process sees the folder of a run, and has the versions of who began it."""
    me = f"the worker on {platform.node()}"
    try:
        said = json.loads((Path(folder) / _RUN).read_text("utf-8"))
    except (OSError, ValueError):
        said = {}
    if said.get("token") != token:
        what = f"{me} does not see in this folder what this machine wrote there"
        remedy = "name an OUT on a path that all machines share"
        raise UnreadableFileError(what, where=folder, remedy=remedy)
    here = _versions()
    for name, version in said["versions"].items():
        if here[name] != version:
            what = f"{me} has {name} {here[name]}, and {version} is wanted"
            raise QualkitError(what, remedy=_INSTALL)
