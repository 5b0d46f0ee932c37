"""Coding in bulk: utterances a second and peak memory, beside scikit-learn in the same run.

Run: ``python -m benchmarks.batch [--utterances N]``. 40 codes, 10,000 utterances of training, on
the corpora talkmoves and mrda of ../shared, whole; with N (such as 2000000) also the whole job on
that many made of them, for the memory. Each way runs in a process of its own.

The alternatives: TF-IDF of words and pairs, one logistic regression a code, fitted quickly
("plain"); the same with the parts of words that qualkit also looks at ("same features"). Neither
looks at what stands beside an utterance or at who speaks.

Two kinds of ways. "score": the same blocks of utterances in memory, the model loaded before; only
scoring is counted. "job": the model loaded, the Parquet file read; qualkit also cuts it into
partitions, decides, and writes its files, which the alternatives do not.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["measure"]

_SHARED = Path(__file__).parents[2] / "shared" / "corpora"
_NAMES = {"document_id": "document", "utterance_index": "position", "speaker_role": "role"}
_TAUGHT, _CODES, _BLOCK = 10_000, 40, 20_000
_JOBS = {"qualkit job": 1, "qualkit job, two processes": 2}
_PIPELINES = ("plain", "same features")
_WAYS = (
    *_JOBS,
    *(f"{one} job" for one in _PIPELINES),
    *(f"{one} score" for one in ("qualkit", *_PIPELINES)),
)


def measure(utterances: int | None) -> pd.DataFrame:
    """Return one row for each corpus and way.

    Columns corpus, utterances, way, cpu_rate and rate (utterances a second of processor time, all
    processes together, and by the clock), megabytes (peaks of all its processes together).
    """
    rows = []
    for corpus in ("talkmoves", "mrda"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            whole = _prepare(corpus, folder)
            todo = [(way, folder / "in.parquet") for way in _WAYS]
            if utterances:
                many = _many(whole, folder / "many.parquet", utterances)
                todo += [(way, many) for way in _JOBS]
            for way, source in todo:
                rows.append({"corpus": corpus, **_run(way, source, folder)})
                sys.stderr.write(f"{rows[-1]}\n")
    return pd.DataFrame(rows)


def _prepare(corpus: str, folder: Path) -> pd.DataFrame:
    """Fit all models, and write the corpus as Parquet."""
    from qualkit.suggest import Suggester  # noqa: PLC0415 - only this process fits

    whole = pd.read_csv(_SHARED / f"{corpus}.csv", keep_default_na=False).rename(columns=_NAMES)
    whole["position"] = whole["position"] + 1
    documents = np.random.default_rng(0).permutation(whole["document"].unique())
    order = whole["document"].map(dict(zip(documents, range(len(documents)), strict=True)))
    taught = whole.iloc[np.argsort(order, kind="stable")].head(_TAUGHT).reset_index(drop=True)
    labels = _labels(taught)
    row, column = np.nonzero(labels.to_numpy())
    codings = taught[["document", "position"]].iloc[row].assign(code=labels.columns[column])
    Suggester().fit(taught, codings, taught).save(folder / "model", texts=False)
    for way in _PIPELINES:
        pipeline = _pipeline(way).fit(taught["text"], labels.to_numpy())
        (folder / way).write_bytes(pickle.dumps(pipeline))
    kept = whole[["document", "position", "text", "speaker", "role"]]
    kept.to_parquet(folder / "in.parquet", index=False)
    return kept


def _labels(taught: pd.DataFrame) -> pd.DataFrame:
    """Return utterances x 40 codes: those people gave, then "says <word>" of common words."""
    given = taught["codes"].str.get_dummies("|").drop(columns="", errors="ignore")
    given = given[given.sum().sort_values(ascending=False).index[:_CODES]]
    words = taught["text"].str.lower().str.findall(r"[a-z]{4,}").explode().value_counts()
    for word in words.index[: _CODES - given.shape[1]]:
        given[f"says {word}"] = taught["text"].str.lower().str.contains(rf"\b{word}\b").astype(int)
    return given


def _pipeline(way: str):  # type: ignore[no-untyped-def]  # scikit-learn ships no types
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import SGDClassifier  # noqa: PLC0415
    from sklearn.multiclass import OneVsRestClassifier  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline, make_union  # noqa: PLC0415

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    features = words if way == "plain" else make_union(words, parts)
    regression = SGDClassifier(loss="log_loss", max_iter=5, tol=None, random_state=0)
    return make_pipeline(features, OneVsRestClassifier(regression))


def _many(whole: pd.DataFrame, place: Path, utterances: int) -> Path:
    """Write the corpus again and again, under new names, until there are so many."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = pa.Table.from_pandas(whole, preserve_index=False)
    with pq.ParquetWriter(place, table.schema) as writer:
        for number in range(-(-utterances // len(whole))):
            names = pa.array(whole["document"] + f" {number}", pa.string())
            copy = table.set_column(0, "document", names.cast(table.schema.field(0).type))
            writer.write_table(copy.slice(0, utterances - number * len(whole)), 100_000)
    return place


def _run(way: str, source: Path, folder: Path) -> dict[str, object]:
    """Measure one way in a process of its own."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.batch", "--child", way, str(source), str(folder)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _child(way: str, source: str, folder: Path) -> dict[str, object]:
    """Do it one way in this process; everything is imported, and used once, beforehand."""
    prepare = _scoring if way.endswith("score") else _job
    do = prepare(way, source, folder)
    peaks = _Peaks()
    start, clock = _cpu(), time.monotonic()
    count = do()
    cpu, passed = _cpu() - start, time.monotonic() - clock
    rates = {"cpu_rate": round(count / cpu), "rate": round(count / passed)}
    return {"utterances": count, "way": way, **rates, "megabytes": peaks.end()}


def _job(way: str, source: str, folder: Path) -> Callable[[], int]:
    if way in _JOBS:
        from qualkit.suggest import Suggester  # noqa: PLC0415
        from qualkit.workflow.batch import code_batch  # noqa: PLC0415

        Suggester.load(folder / "model")
        return lambda: code_batch(source, folder / "out", folder / "model", jobs=_JOBS[way]).attrs[
            "about"
        ]["utterances"]
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415

    place = folder / way.removesuffix(" job")
    pickle.loads(place.read_bytes())  # our own, written a moment ago

    def predict() -> int:
        pipeline = pickle.loads(place.read_bytes())
        blocks = ParquetFile(source).iter_batches(_BLOCK, columns=["text"])
        return sum(len(pipeline.predict_proba(block.to_pandas()["text"])) for block in blocks)

    return predict


def _scoring(way: str, source: str, folder: Path) -> Callable[[], int]:
    from qualkit.formats.partitions import cut  # noqa: PLC0415
    from qualkit.suggest import Suggester  # noqa: PLC0415

    parts = [part.table for part in cut([pd.read_parquet(source)], _BLOCK)]
    if way.startswith("qualkit"):
        suggester = Suggester.load(folder / "model")
        suggester.score(parts[0].head(10))
        return lambda: sum(len(suggester.score(table)) for table in parts)
    pipeline = pickle.loads((folder / way.removesuffix(" score")).read_bytes())
    pipeline.predict_proba(parts[0]["text"].head(10))
    return lambda: sum(len(pipeline.predict_proba(table["text"])) for table in parts)


class _Peaks:
    """Watches how much memory this process and those it starts take.

    ``getrusage`` would not do: a process inherits the peak of the one that started it.
    """

    def __init__(self) -> None:
        self._found: dict[str, int] = {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> int:
        """Return the peaks of all processes, added up, in megabytes."""
        self._is_over.set()
        self._thread.join()
        self._look(str(os.getpid()))
        return round(sum(self._found.values()) / 1024)

    def _watch(self) -> None:
        while not self._is_over.wait(0.1):
            self._look(str(os.getpid()))

    def _look(self, process: str) -> None:
        try:
            status = Path(f"/proc/{process}/status").read_text()
            tasks = list(Path(f"/proc/{process}/task").glob("*/children"))
            started = [child for task in tasks for child in task.read_text().split()]
        except OSError:  # it has ended
            return
        if "VmHWM:" in status:
            self._found[process] = int(status.partition("VmHWM:")[2].split()[0])
        for child in started:
            self._look(child)


def _cpu() -> float:
    used = [resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--utterances", type=int)
    parser.add_argument("--child", nargs=3)
    given = parser.parse_args()
    if given.child:
        way, source, folder = given.child
        sys.stdout.write(json.dumps(_child(way, source, Path(folder))))
    else:
        sys.stdout.write(measure(given.utterances).to_string() + "\n")
