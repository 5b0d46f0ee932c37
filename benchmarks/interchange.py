"""A big project out as workbook, tables and REFI-QDA, and in again; beside what peers take.

The material is written by ../shared/measure/bigproject.py: 100,000 utterances, 40 codes, 2 coders,
258,347 codings. Each work is done in a process of its own; seconds are CPU seconds, megabytes the
peak of what the process grew by. The peers' figures are those of ../shared/measure/README.md:

- Taguette 1.5.2: csv of all codings 34 s, xlsx of the same 46 s and 440 MB.
- QualCoder 4.0-beta: report of all codings over 20 minutes; QDPX of a tenth of it 12 s; reading a
  QDPX was measured on no peer.

Which library writes the workbook: openpyxl in write-only mode makes all but the rows of the tables,
and those are written as XML between (``qualkit/formats/workbook.py``). Microseconds per cell, on
2026-11-22, for 10,000 rows of a number, four texts and 43 codes: openpyxl, write-only, with lxml
3.7 (without styles); xlsxwriter with constant_memory 2.7; this 0.5, since a row of 0 and 1 is put
together once for all rows like it. The workbook of this project has 19 million cells.

Run alone: ``python -m benchmarks.interchange``.
"""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import pandas as pd

import qualkit as qk
from benchmarks.store import MAKER, _codebook

__all__ = ["Figure", "figures", "measure"]

_STATUS = Path("/proc/self/status")


class Figure(NamedTuple):
    """What one work took, beside what it may take and what a peer takes.

    Attributes:
        what: the work.
        seconds, megabytes: of ours.
        limit: seconds that it may take.
        peer: seconds of the peer; None: none was measured.
        of_peer: whose, and for what.
    """

    what: str
    seconds: float
    megabytes: float
    limit: float
    peer: float | None = None
    of_peer: str = ""


_TAGUETTE = "Taguette, all codings"
_TENTH = "QualCoder, a tenth"
_WORKS = (
    ("xlsx", "big.xlsx", "Whole workbook", 30.0, 46.0, f"{_TAGUETTE}, xlsx"),
    ("csv", "big.csv", "Matrix as csv", 3.0, 34.0, f"{_TAGUETTE}, csv"),
    ("parquet", "big.parquet", "Matrix as parquet", 3.0, 34.0, f"{_TAGUETTE}, csv"),
    ("qdpx", "own.qdpx", "QDPX out", 15.0, 12.0, _TENTH),
    ("nvivo", "nvivo.qdpx", "QDPX out for NVivo", 15.0, 12.0, _TENTH),
    ("in", "own.qdpx", "QDPX in, as qualkit wrote it", 30.0, None, ""),
    ("in", "foreign.qdpx", "QDPX in, as another program's", 30.0, None, ""),
)


def measure() -> list[tuple[str, float, float]]:
    """Return (what, seconds of ours, seconds of the alternative); nothing without the material.

    The alternative is the peer, or the limit where no peer was measured.
    """
    return [(one.what, one.seconds, one.peer or one.limit) for one in figures()]


def figures() -> list[Figure]:
    """Return what every work took; nothing without the material."""
    if not MAKER.is_file():
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with mock.patch.object(sys, "argv", [str(MAKER), name]), redirect_stdout(StringIO()):
            runpy.run_path(str(MAKER), run_name="__main__")
        whole = folder / "whole.csv"  # a span over the whole paragraph means the utterance
        told = pd.read_csv(folder / "codings.csv").drop(columns=["start", "end"])
        told.to_csv(whole, index=False)
        with qk.create_project(folder / "big.qualkit", codebook=_codebook(folder)) as project:
            project.import_documents([folder / "txt"])
            project.import_codings(whole, finished=True)
        return [_figure(folder, *work) for work in _WORKS]


def _figure(folder: Path, kind: str, file: str, *told: Any) -> Figure:
    if file == "foreign.qdpx":
        _without_sidecar(folder / "own.qdpx", folder / file)
    command = [sys.executable, "-m", "benchmarks.interchange", kind, str(folder / file)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = json.loads(answer.stdout)
    what, limit, peer, of_peer = told
    return Figure(what, seconds, megabytes, limit, peer, of_peer)


def _without_sidecar(source: Path, target: Path) -> None:
    """Write the archive as another program would have: the standard's parts alone."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if not name.startswith("qualkit"):
                with old.open(name) as part, new.open(name, "w", force_zip64=True) as copy:
                    shutil.copyfileobj(part, copy)


def _work(kind: str, path: Path) -> tuple[float, float]:
    """Do one work in this process; return its CPU seconds and the megabytes it grew by."""
    if kind == "in":
        before, start = _peak(), time.process_time()
        qk.create_project_from(path, path.with_suffix(".qualkit"))[0].close()
    else:
        with qk.open_project(path.with_name("big.qualkit")) as project:
            before, start = _peak(), time.process_time()
            project.export(path, variant="nvivo" if kind == "nvivo" else "standard")
    return time.process_time() - start, _peak() - before


def _peak() -> float:
    """Return the megabytes that this process held at most; 0 where the system does not tell."""
    if not _STATUS.exists():
        return 0.0
    lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1_000  # getrusage would count what its parent held


def _told() -> None:
    sys.stdout.write(f"{'what':32} {'seconds':>8} {'limit':>6} {'MB':>6} {'ratio':>7}  of\n")
    for one in figures():
        ratio = "-" if one.peer is None else f"{one.peer / one.seconds:.2g}x"
        sys.stdout.write(
            f"{one.what:32} {one.seconds:8.1f} {one.limit:6.0f} {one.megabytes:6.0f} "
            f"{ratio:>7}  {one.of_peer}\n"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(_work(sys.argv[1], Path(sys.argv[2]))))
    else:
        _told()
