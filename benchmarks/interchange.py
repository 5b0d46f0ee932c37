"""A big project out as REFI-QDA and in again, beside what QualCoder takes for a tenth of it.

The material is written by ../shared/measure/bigproject.py: 100,000 utterances, 258,347 codings.
Seconds are CPU seconds. QualCoder 4.0-beta took 12 to write 10,000 utterances
(../shared/measure/README.md); no peer was measured reading one in.

Run alone: ``python -m benchmarks.interchange``.
"""

from __future__ import annotations

import runpy
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from unittest import mock

import pandas as pd

import qualkit as qk
from benchmarks.store import MAKER, _codebook

__all__ = ["measure"]

_PEER_OUT = 12.0  # QualCoder, a tenth of the material


def measure() -> list[tuple[str, float, float]]:
    """Return (what, seconds of ours, seconds of the alternative); nothing without the material."""
    if not MAKER.is_file():
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with mock.patch.object(sys, "argv", [str(MAKER), name]), redirect_stdout(StringIO()):
            runpy.run_path(str(MAKER), run_name="__main__")
        whole = folder / "whole.csv"
        pd.read_csv(folder / "codings.csv").drop(columns=["start", "end"]).to_csv(
            whole, index=False
        )
        with qk.create_project(folder / "big.qualkit", codebook=_codebook(folder)) as project:
            project.import_documents([folder / "txt"])
            project.import_codings(whole, finished=True)
            return _measured(project, folder)


def _measured(project: qk.Project, folder: Path) -> list[tuple[str, float, float]]:
    own, foreign = folder / "own.qdpx", folder / "foreign.qdpx"
    out = _taken(lambda: project.export_project(own))
    for_nvivo = _taken(lambda: project.export_project(folder / "nvivo.qdpx", variant="nvivo"))
    back = _taken(lambda: _made(own, folder / "own.qualkit"))
    _without_sidecar(own, foreign)
    others = _taken(lambda: _made(foreign, folder / "foreign.qualkit"))
    return [
        ("QDPX out, 258,347 codings (QualCoder: a tenth of them)", out, _PEER_OUT),
        ("QDPX out for NVivo (at most 15 s)", for_nvivo, 15.0),
        ("QDPX in, as qualkit wrote it (at most 30 s)", back, 30.0),
        ("QDPX in, as another program's (at most 30 s)", others, 30.0),
    ]


def _made(source: Path, target: Path) -> None:
    qk.create_project_from(source, target)[0].close()


def _without_sidecar(source: Path, target: Path) -> None:
    """Write the archive as another program would have: the standard's parts alone."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if not name.startswith("qualkit"):
                with old.open(name) as part, new.open(name, "w", force_zip64=True) as copy:
                    shutil.copyfileobj(part, copy)


def _taken(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    for what, ours, other in measure():
        sys.stdout.write(f"{what:60} {ours:8.1f}s {other:8.1f}s\n")
