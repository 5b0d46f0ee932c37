"""Coding a great many utterances by a model, markers and queries: partition by partition.

OUT holds ``job.json`` (what is being done), three files for each partition (what is coded, the
utterances, and last ``part-...json``, which says that the partition is complete), and in the end
``manifest.json``. Every file is written beside its place, forced onto the disk and then renamed, so
a run that was killed leaves whole partitions only, and goes on after them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Unpack

import pandas as pd

from qualkit.errors import OptionError
from qualkit.formats.partitions import Partition, cut
from qualkit.formats.utterance_tables import UtteranceTable
from qualkit.workflow.batch_job import (
    MODEL,
    BatchOptions,
    another,
    begin,
    finish,
    plan,
)
from qualkit.workflow.batch_lock import only_run
from qualkit.workflow.batch_running import Progress, Worker, alone, together
from qualkit.workflow.distributing import check_scheduler, spread
from qualkit.workflow.handle import Handle
from qualkit.workflow.models import load_model, save_model

__all__ = ["code_batch", "code_batch_by_project"]


def code_batch(
    source: str | Path, target: str | Path, model: str | Path, **options: Unpack[BatchOptions]
) -> pd.DataFrame:
    """Code utterances by a model file, markers and queries; return the machine counts.

    A run that was killed goes on where it was, and the files are the same as if it had not been.
    The same input, model and options give the same bytes, whatever ``jobs`` and ``scheduler``.

    Args:
        source: a .csv, .jsonl or .parquet file of utterances, or a folder of documents; see
            :class:`qualkit.formats.utterance_tables.UtteranceTable`.
        target: a folder, made if it is not there; docs/batch.md says what is in it.
        model: a file that ``save_model`` wrote.
        options: see :class:`BatchOptions`. With several jobs, a script must stand under
            ``if __name__ == "__main__":``.

    Returns:
        One row for each code: code (str), machine_n (int64: utterances it is offered for),
        machine_share (float64: of all utterances), by_learned, by_rule, by_query (int64: offered
        so), threshold, held_out_precision, held_out_recall (float64), reason (str: why nothing is
        offered for what was learned). ``attrs["about"]`` says: machine counts, not audited.

    Raises:
        RefusedError: the target holds a batch of another input, model or other options, or
            another run is at work there.
        OptionError: an option or the input has a value that it cannot take, or the target lies
            within the input.
        FileError: input or model cannot be read, or the target cannot be written.
        QualkitError: a process, the scheduler or all workers were lost, or a worker has other
            versions than this machine.
    """
    folder = Path(target)
    return _coded(source, folder, model, options, only_run(folder))


def code_batch_by_project(
    project: Handle,
    source: str | Path,
    target: str | Path,
    *,
    coder: str | None = None,
    **options: Unpack[BatchOptions],
) -> pd.DataFrame:
    """Code utterances by what the human coders of a project taught; see ``code_batch``.

    The model is kept in the target as model.qkmodel, without the utterances it has learned from. A
    run goes on with it only as long as the project teaches the same.

    Args:
        project: an open project.
        source: as for ``code_batch``.
        target: as for ``code_batch``.
        coder: learn from this coder's codings only.
        options: as for ``code_batch``.

    Raises:
        NotEnoughError: the project has neither codings nor a codebook to go by.
        RefusedError, OptionError, FileError: as ``code_batch``.
    """
    UtteranceTable(source)
    folder = Path(target)
    model = folder / MODEL
    fresh = folder / f".{MODEL}.new"
    with only_run(folder):
        try:
            save_model(project, fresh, coder=coder, texts=False)
            if model.exists() and model.read_bytes() != fresh.read_bytes():
                raise another(folder, "model")
            fresh.replace(model)
        finally:
            fresh.unlink(missing_ok=True)
        return _coded(source, folder, model, options, nullcontext())


def _coded(
    source: str | Path,
    folder: Path,
    model: str | Path,
    options: BatchOptions,
    hold: AbstractContextManager[None],
) -> pd.DataFrame:
    """Do what ``code_batch`` describes, while the folder is held."""
    jobs, scheduler = options.get("jobs", 1), options.get("scheduler")
    if jobs < 1:
        raise OptionError(f"jobs must be 1 or more, not {jobs}", where="jobs")
    if scheduler is not None:
        check_scheduler(scheduler, jobs)
    suggester = load_model(model)
    table = UtteranceTable(source)
    if folder.resolve().is_relative_to(table.path.resolve()):
        what = "it lies within IN, so that what is written would be read the next time"
        raise OptionError(what, where=str(folder), remedy="name a folder beside IN")
    job, rules = plan(table, suggester, options)
    with hold:
        begin(folder, job)
        progress = Progress(table, options.get("progress"))
        missing = (part for part in _parts(table, job.rows, progress) if not _is_done(folder, part))
        if scheduler is not None:
            done = spread(missing, scheduler, folder, model)
        elif jobs > 1:
            done = together(missing, jobs, (str(model), folder, rules, job.form))
        else:
            done = alone(missing, suggester, Worker(folder, rules, job.form))
        for rows in done:
            progress.coded(rows)
        return finish(folder, job, progress.partitions, table)


def _is_done(folder: Path, part: Partition) -> bool:
    return (folder / f"part-{part.number:05}.json").exists()


def _parts(table: UtteranceTable, rows: int, progress: Progress) -> Iterator[Partition]:
    for part in cut(table.blocks(), rows):
        progress.read(part)
        yield part
