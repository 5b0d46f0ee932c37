"""Running a batch: partitions coded one after the other, or in several processes."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from qualkit.errors import QualkitError
from qualkit.formats.atomic import write_text
from qualkit.formats.partitions import Partition, write_part
from qualkit.formats.utterance_tables import UtteranceTable
from qualkit.workflow.batch_coding import Rules, code_partition
from qualkit.workflow.models import load_model

if TYPE_CHECKING:
    from qualkit.suggest import Suggester

__all__ = ["Progress", "Worker", "alone", "together"]


class Progress:
    """Says how fast it goes and how long it will take."""

    def __init__(self, table: UtteranceTable, tell: Callable[[str], None] | None) -> None:
        self._table, self._tell = table, tell
        self._start = time.monotonic()
        self.partitions = 0
        self._seen = self._rows = 0

    def read(self, part: Partition) -> None:
        """Note a partition that was read."""
        self.partitions = part.number + 1
        self._seen += part.last - part.first

    def coded(self, rows: int) -> None:
        """Note a partition that was coded, and say so."""
        self._rows += rows
        if self._tell is None:
            return
        passed = max(time.monotonic() - self._start, 1e-9)
        rate = self._rows / passed
        share = min(max(self._table.done, 1e-9), 1.0)
        left = self._seen * (1 / share - 1) / rate
        self._tell(f"{self._seen:,} utterances, {rate:,.0f} a second, about {_spell(left)} left")


def _spell(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 6000 else f"{seconds / 3600:.1f} hours"


@dataclass(frozen=True)
class Worker:
    """Codes partitions and writes what comes of them."""

    folder: Path
    rules: Rules
    form: str

    def do(self, part: Partition, suggester: Suggester) -> int:
        """Code one partition; return how many utterances it has."""
        coded, utterances, counts = code_partition(part, suggester, self.rules)
        name = f"{part.number:05}"
        written = [
            write_part(self.folder, f"utterances-{name}", utterances, self.form),
            write_part(self.folder, f"codes-{name}", coded, self.form),
        ]
        said = {"utterances": len(utterances), "documents": _new_documents(part)}
        hashes = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in written}
        content = {**said, "codes": counts, "sha256": hashes}
        plain = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        write_text(self.folder / f"part-{name}.json", plain)
        return len(utterances)


def _new_documents(part: Partition) -> int:
    """Return how many documents begin in a partition."""
    own = part.table["document"].iloc[part.first : part.last]
    goes_on = part.first > 0 and part.table["document"].iloc[part.first - 1] == own.iloc[0]
    return int(own.nunique()) - goes_on


def alone(parts: Iterable[Partition], suggester: Suggester, worker: Worker) -> Iterator[int]:
    """Code partitions in this process; yield how many utterances each has."""
    from qualkit.suggest.threads import one_thread  # noqa: PLC0415

    for part in parts:
        with one_thread():
            yield worker.do(part, suggester)


_HERE: list[tuple[Suggester, Worker]] = []
"""In a worker process: its model and its task, got once."""


def _get_ready(model: str, folder: Path, rules: Rules, form: str) -> None:
    _HERE.append((load_model(model), Worker(folder, rules, form)))


def _do(part: Partition) -> int:
    from qualkit.suggest.threads import one_thread  # noqa: PLC0415

    suggester, worker = _HERE[0]
    with one_thread():
        return worker.do(part, suggester)


def together(
    parts: Iterable[Partition], jobs: int, ready: tuple[str, Path, Rules, str]
) -> Iterator[int]:
    """Code partitions in several processes, never many more at once than there are processes."""
    context = get_context("spawn")
    waiting: set[Future[int]] = set()
    try:
        with ProcessPoolExecutor(jobs, context, _get_ready, ready) as pool:
            for part in parts:
                waiting.add(pool.submit(_do, part))
                if len(waiting) > jobs:
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in finished)
            yield from (one.result() for one in waiting)
    except BrokenProcessPool as error:
        what = "a process that coded was lost"
        raise QualkitError(
            what, remedy="give the same command again: it goes on where it was"
        ) from error
