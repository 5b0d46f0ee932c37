"""A batch on Dask beside the same processes without it; and how fast one machine can feed many.

Run: ``python -m benchmarks.distributed [--copies 8]``. So many copies of the corpus talkmoves of
../shared are coded by a model that 10,000 of its utterances taught: by ``jobs=3``, and by a
scheduler with 1, 2 and 3 workers of one thread, all on this machine. Processor time is of all
processes together: "cpu" from the call to its end (client, scheduler, workers, each loading the
model once), "start" what scheduler and workers had used before, which a cluster pays once. Dask's
own profiler is off, as docs/scale.md advises: it costs as long as the clock runs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

__all__ = ["measure", "measure_feeding"]

_SHARED = Path(__file__).parents[2] / "shared" / "corpora"
_NAMES = {"document_id": "document", "utterance_index": "position", "speaker_role": "role"}
_TAUGHT = 10_000
_WAYS = (("jobs", 3), ("dask", 3), ("jobs", 3), ("dask", 3), ("dask", 2), ("dask", 1))


def measure(folder: Path) -> pd.DataFrame:
    """Return one row for each run: way, processes, utterances, start, cpu, clock, scheduler, same.

    Times are in seconds; ``scheduler`` is its own processor time during the run; ``same`` says
    whether the files were those of the first run.
    """
    rows: list[dict[str, object]] = []
    for way, processes in _WAYS:
        rows.append({"way": way, "processes": processes, **_run(way, processes, folder)})
        rows[-1]["same"] = rows[0].setdefault("files", files := _hash(folder / "out")) == files
        sys.stderr.write(f"{rows[-1]}\n")
    return pd.DataFrame(rows).drop(columns="files")


def measure_feeding(folder: Path) -> dict[str, float]:
    """Return what one process that reads, cuts and puts down partitions does in a second of CPU.

    Utterances, megabytes put down; and the size of the model file in megabytes.
    """
    from qualkit.formats.partitions import cut, write_part  # noqa: PLC0415
    from qualkit.formats.utterance_tables import UtteranceTable  # noqa: PLC0415

    place = folder / "fed"
    place.mkdir()
    start, count, size = time.process_time(), 0, 0
    for part in cut(UtteranceTable(folder / "in.parquet").blocks()):
        file = write_part(place, f"{part.number:05}", part.table, "parquet")
        count, size = count + len(part.table), size + file.stat().st_size
    passed = time.process_time() - start
    model = (folder / "model").stat().st_size / 1e6
    return {"utterances": count / passed, "megabytes": size / 1e6 / passed, "model": model}


def prepare(folder: Path, copies: int) -> None:
    """Write the model and the table."""
    from qualkit.suggest import Suggester  # noqa: PLC0415

    whole = pd.read_csv(_SHARED / "talkmoves.csv", keep_default_na=False).rename(columns=_NAMES)
    whole["position"] = whole["position"] + 1
    taught = whole.head(_TAUGHT)
    codings = taught.assign(code=taught["codes"].str.split("|")).explode("code")
    codings = codings.loc[codings["code"] != "", ["document", "position", "code"]]
    Suggester().fit(taught, codings, taught).save(folder / "model", texts=False)
    kept = whole[["document", "position", "text", "speaker", "role"]]
    many = [kept.assign(document=kept["document"] + f" {number}") for number in range(copies)]
    pd.concat(many).to_parquet(folder / "in.parquet", index=False)


def _run(way: str, processes: int, folder: Path) -> dict[str, object]:
    shutil.rmtree(folder / "out", ignore_errors=True)
    with _cluster(processes if way == "dask" else 0, folder) as (address, pids):
        before = [_used(pid) for pid in pids]
        children, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        command = [sys.executable, "-m", "benchmarks.distributed", "--child", str(folder)]
        done = subprocess.run(
            [*command, address or str(processes)], check=True, capture_output=True, text=True
        )
        passed, after = time.monotonic() - clock, [_used(pid) for pid in pids]
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
    client = now.ru_utime + now.ru_stime - children.ru_utime - children.ru_stime
    return {
        "utterances": int(done.stdout),
        "start": round(sum(before), 1),
        "cpu": round(client + sum(after) - sum(before), 1),
        "clock": round(passed, 1),
        "scheduler": round(after[0] - before[0], 2) if pids else 0.0,
    }


@contextmanager
def _cluster(workers: int, folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Start a scheduler and workers, if any; yield its address, and the ids of all processes."""
    if not workers:
        yield "", []
        return
    from distributed import Client  # noqa: PLC0415

    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    dask = [sys.executable, "-m", "dask"]
    known = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard"]
    one = ["worker", *known, "--no-nanny", "--nthreads", "1", "--local-directory", str(folder)]
    commands = [["scheduler", "--port", "0", *known], *[one] * workers]
    quiet = os.environ | {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
    started = [
        subprocess.Popen([*dask, *words], stderr=subprocess.DEVNULL, env=quiet)
        for words in commands
    ]
    try:
        while not file.exists():
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers)
        yield address, [process.pid for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()


def _used(pid: int) -> float:
    """Return the processor seconds of a process so far, as Linux tells them."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _child(folder: Path, how: str) -> int:
    from qualkit.workflow.batch import code_batch  # noqa: PLC0415

    given = (folder / "in.parquet", folder / "out", folder / "model")
    table = (
        code_batch(*given, jobs=int(how)) if how.isdigit() else code_batch(*given, scheduler=how)
    )
    return int(table.attrs["about"]["utterances"])


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--copies", type=int, default=8)
    parser.add_argument("--child", nargs=2)
    given = parser.parse_args()
    if given.child:
        sys.stdout.write(str(_child(Path(given.child[0]), given.child[1])))
    else:
        with tempfile.TemporaryDirectory() as name:
            prepare(Path(name), given.copies)
            told = measure_feeding(Path(name))
            sys.stdout.write(f"{measure(Path(name)).to_string()}\nfeeding: {told}\n")
