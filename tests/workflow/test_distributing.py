"""A batch on a Dask cluster: a scheduler and three workers, some of which are lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import distributed
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import qualkit as qk
from qualkit.cli import main
from qualkit.errors import OptionError, QualkitError, UnreadableFileError
from qualkit.formats.partitions import read_part, write_part
from qualkit.model import Code, Codebook
from qualkit.suggest import Suggester
from qualkit.workflow import distributing
from qualkit.workflow.batch_job import STAGED

ROWS, QUERIES = 80, [("garden", "role:carer AND lawn")]


def talk(documents: int, seed: int) -> pd.DataFrame:
    """Utterances in which a tenth speaks of wages, a tenth of lawns."""
    rng = np.random.default_rng(seed)
    word = rng.choice(["wage", "lawn", "day", ""], documents * 40, p=[0.1, 0.1, 0.6, 0.2])
    table = pd.DataFrame({"document": np.repeat([f"d{one:02}" for one in range(documents)], 40)})
    table["position"] = np.tile(np.arange(1, 41), documents)
    table["text"] = ["so, " + one + " naïve, „then“" if one else "" for one in word]
    table["role"] = np.where(table["position"] % 2 == 1, "carer", "manager")
    table["is_moderator"] = table["position"] == 1
    table["code"] = pd.Series(word).map({"wage": "Pay", "lawn": "Garden"}).fillna("")
    return table


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with a model, a table, and what one machine makes of them."""
    folder = tmp_path_factory.mktemp("spread")
    taught = talk(10, 1)
    book = Codebook("home", (Code("pay", "Pay", markers=("salar*",)), Code("garden", "Garden")))
    suggester = Suggester(language=None)
    suggester.fit(taught, taught[taught["code"] != ""], taught, book).save(folder / "model")
    talk(30, 2).drop(columns="code").to_csv(folder / "in.csv", index=False)
    code(folder, folder / "alone")
    return folder


def code(place: Path, target: Path, **options) -> pd.DataFrame:
    given = {"rows": ROWS, "queries": QUERIES, **options}
    return qk.code_batch(place / "in.csv", target, place / "model", **given)


def content(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


@dataclass
class Cluster:
    address: str
    workers: list[subprocess.Popen[bytes]]

    def kill(self) -> None:
        """Lose a worker as a power cut loses it."""
        lost = self.workers.pop()
        lost.send_signal(signal.SIGKILL)
        lost.wait()


def dask(*words: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dask", *map(str, words), "--no-dashboard"]
    root = Path(__file__).parents[2]  # as pytest finds it
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, **quiet)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    known = ("--scheduler-file", file)
    host = ("--host", "127.0.0.1")
    scheduler = dask("scheduler", *host, "--port", 0, *known)
    one = ("worker", *known, *host, "--no-nanny", "--nthreads", 1, "--memory-limit", 0)
    workers = [dask(*one, "--local-directory", folder) for _ in range(3)]
    try:
        until = time.monotonic() + 120
        while not file.exists():
            assert time.monotonic() < until, "the workers wrote nothing"
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(3, timeout=120)
        yield Cluster(address, workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def test_a_worker_killed_in_mid_run_changes_no_byte(place, cluster, tmp_path):
    while_running: list[int] = []

    def tell(words: str) -> None:
        if not while_running:
            cluster.kill()
        while_running.append(len(list((tmp_path / "out").glob("part-*.json"))))

    table = code(place, tmp_path / "out", scheduler=cluster.address, progress=tell)
    assert while_running[0] < 15 == len(while_running)
    assert len(cluster.workers) == 2
    assert content(tmp_path / "out") == content(place / "alone")
    assert table.attrs["about"]["utterances"] == 1200
    assert table["by_query"].sum() > 0


def test_a_run_that_ended_early_goes_on_with_and_without_a_cluster(place, cluster, tmp_path):
    def stop(words: str) -> None:
        raise InterruptedError

    target = tmp_path / "out"
    for options in ({"scheduler": cluster.address}, {}):
        with pytest.raises(InterruptedError):
            code(place, target, progress=stop, **options)
    (target / f"{STAGED}00009.parquet").write_bytes(b"half")  # what a kill may leave
    written = {one: one.stat().st_mtime_ns for one in target.glob("part-*.json")}
    assert 2 <= len(written) < 15
    code(place, target, scheduler=cluster.address)
    assert content(target) == content(place / "alone")
    assert all(one.stat().st_mtime_ns == then for one, then in written.items())


def test_a_partition_that_stays_wrong_is_given_up_in_one_sentence(
    place, cluster, tmp_path, monkeypatch
):
    def damage(folder: Path, name: str, frame: pd.DataFrame, form: str) -> None:
        write_part(folder, name, frame, form).write_bytes(b"no table")

    with monkeypatch.context() as patch:
        patch.setattr(distributing, "write_part", damage)
        with pytest.raises(UnreadableFileError, match=r"\.staged-00\d\d\d\.parquet: cannot be"):
            code(place, tmp_path / "out", scheduler=cluster.address)
    assert not list((tmp_path / "out").glob(".*"))
    code(place, tmp_path / "out", scheduler=cluster.address)
    assert content(tmp_path / "out") == content(place / "alone")


def test_workers_with_other_versions_or_another_folder_are_refused(
    place, cluster, tmp_path, monkeypatch
):
    wrong = [
        ("__version__", "9.9", f"the worker has qualkit {qk.__version__}, this machine 9.9"),
        ("_versions", lambda: {"numpy": "1.0"}, f"has numpy {np.__version__}, and 1.0 is wanted"),
        ("_RUN", "elsewhere.json", "does not see in this folder what this machine wrote there"),
    ]
    for name, value, words in wrong:
        with monkeypatch.context() as patch:
            patch.setattr(distributing, name, value)
            with pytest.raises(QualkitError) as problem:
                code(place, tmp_path / "out", scheduler=cluster.address)
        assert words in str(problem.value)


def test_a_worker_codes_nothing_twice_and_with_no_other_model(place, tmp_path):
    code(place, tmp_path / "out")
    with distributing._staged(tmp_path / "out", place / "model") as token:
        assert distributing._code(str(tmp_path / "out"), token, 3, 0, 80) == 80
    other = qk.load_model(place / "model")
    other.save(tmp_path / "other", about={"coders": ["Ann"]})
    with (
        distributing._staged(tmp_path / "out", tmp_path / "other") as token,
        pytest.raises(UnreadableFileError, match="which was asked for"),
    ):
        distributing._code(str(tmp_path / "out"), token, 3, 0, 80)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (
            distributed.KilledWorker("partition 7 of a0", None, 3),
            "given partition 7 of a0 was lost",
        ),
        (distributed.CancelledError(), "the scheduler is gone"),
    ],
)
def test_losses_that_end_a_run_say_how_to_go_on(place, tmp_path, monkeypatch, loss, words):
    def lose(*_given: object) -> None:
        raise loss

    monkeypatch.setattr(distributing, "_connected", nullcontext)
    monkeypatch.setattr(distributing, "_meet_workers", lose)
    with pytest.raises(QualkitError) as problem:
        code(place, tmp_path / "out", scheduler="tcp://host:1")
    assert words in str(problem.value)
    assert "give the same command again: it goes on where it was" in str(problem.value)
    assert not list((tmp_path / "out").glob(".*"))


def test_a_partition_comes_back_from_its_file_as_it_was(tmp_path):
    table = talk(2, 3)
    write_part(tmp_path, f"{STAGED}00000", table, "parquet")
    pd.testing.assert_frame_equal(read_part(tmp_path / f"{STAGED}00000.parquet"), table)


def test_no_worker_left_is_said(place, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(distributing, "_PATIENCE", 0.2)
    monkeypatch.setattr(distributing, "_GLANCE", 0.1)

    come_back = distributing._Run._come_back

    def lose_the_answers(run) -> list:
        back = come_back(run)  # coded and told, but the numbers still lie with the workers
        if not (back and cluster.workers):
            return back
        while cluster.workers:
            cluster.kill()
        until = time.monotonic() + 120
        while any(one.status == "finished" for one in back):
            assert time.monotonic() < until, "the scheduler does not notice the loss"
            time.sleep(0.01)
        run._counted = time.monotonic()  # the workers were still there a moment ago
        return back

    monkeypatch.setattr(distributing._Run, "_come_back", lose_the_answers)
    with pytest.raises(QualkitError, match=r"no worker is left; start some, and give the same"):
        code(place, tmp_path / "out", scheduler=cluster.address)
    with pytest.raises(QualkitError, match=r"the scheduler has no workers; start some with: dask"):
        code(place, tmp_path / "out", scheduler=cluster.address)
    code(place, tmp_path / "out")
    assert content(tmp_path / "out") == content(place / "alone")


def test_an_address_where_no_scheduler_answers_is_one_sentence(place, tmp_path, monkeypatch):
    monkeypatch.setattr(distributing, "_CONNECT", 0.2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        words = ["batch", place / "in.csv", tmp_path / "out", "--model", place / "model"]
        result = CliRunner().invoke(main, [*map(str, words), "--scheduler", address])
    assert result.exit_code == 2
    assert f"{address}: no Dask scheduler answers there (Timed out" in result.output
    assert "; start one with: dask scheduler, or check address" in result.output
    with pytest.raises(OptionError, match="tls needs certificates; name them in Dask's config"):
        code(place, tmp_path / "tls", scheduler="tls://127.0.0.1:8786")


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "ucx://host:1", "tcp://host", "inproc://a"])
def test_only_tcp_and_tls_addresses_are_taken(place, tmp_path, address):
    with pytest.raises(OptionError, match="write it as tcp://HOST:8786 or tls://HOST:8786"):
        code(place, tmp_path / "out", scheduler=address)
    assert not (tmp_path / "out").exists()


def test_jobs_beside_a_scheduler_and_a_missing_dask_are_told(place, tmp_path, monkeypatch):
    with pytest.raises(OptionError, match="leave it out, and start more workers"):
        code(place, tmp_path / "out", scheduler="tcp://host:1", jobs=2)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(OptionError, match=r"pip install 'qualkit\[distributed\]'"):
        code(place, tmp_path / "out", scheduler="tcp://host:1")
