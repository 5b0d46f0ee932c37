"""A big project: 200 documents of 500 utterances, 260,000 codings, 40 codes, 2 coders.

The material is written by ../shared/measure/bigproject.py. Seconds are the clock's, for the disk
counts.
"""

from __future__ import annotations

import csv
import itertools
import runpy
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest import mock

import pandas as pd

import qualkit as qk
from qualkit.model import Code, Codebook

__all__ = ["measure"]

MAKER = Path(__file__).parents[1].parent / "shared" / "measure" / "bigproject.py"


def measure() -> list[tuple[str, float, float]]:
    """Return (what, seconds of ours, seconds of the alternative); nothing without the material."""
    if not MAKER.is_file():
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with mock.patch.object(sys, "argv", [str(MAKER), name]), redirect_stdout(StringIO()):
            runpy.run_path(str(MAKER), run_name="__main__")
        # a span over the whole paragraph means the utterance
        pd.read_csv(folder / "codings.csv").drop(columns=["start", "end"]).to_csv(
            folder / "whole.csv", index=False
        )
        return _measured(folder)


def _measured(folder: Path) -> list[tuple[str, float, float]]:
    with qk.create_project(folder / "big.qualkit", codebook=_codebook(folder)) as project:
        loading = _taken(
            lambda: (
                project.import_documents([folder / "txt"]),
                project.import_codings(folder / "whole.csv"),
            )
        )
        plainly = _taken(lambda: _plain_load(folder))
        numbers = itertools.count(1)

        def act() -> None:
            number = next(numbers)
            place = {"document": "T050", "position": number, "code": "c39"}
            one = {"op_id": f"operation-{number}", "action": "apply", **place}
            [answer] = project.apply_operations([one], coder="coder_a")
            assert answer["ok"], answer

        with closing(sqlite3.connect(folder / "plain.sqlite")) as plain:
            plain.execute("PRAGMA journal_mode=WAL")
            plain.execute("PRAGMA synchronous=FULL")

            def insert() -> None:
                with plain:
                    plain.execute("INSERT INTO codings VALUES ('a', 'T050', 1, 'c39')")

            action, inserted = _median(act, 200), _median(insert, 200)
            query = "SELECT * FROM codings WHERE document = 'T101'"
            one = _median(lambda: project.list_codings("T101"), 20)
            read = _median(lambda: plain.execute(query).fetchall(), 20)
            proof = _taken(project.verify)
            check = _taken(lambda: plain.execute("PRAGMA integrity_check").fetchall())
    return [
        ("100,000 utterances, 258,347 codings from files / csv to sqlite3", loading, plainly),
        ("one coding action, on disk / plain sqlite3 INSERT, synchronous=FULL", action, inserted),
        ("codings of one document / plain SELECT", one, read),
        ("verify of all that / PRAGMA integrity_check", proof, check),
    ]


def _codebook(folder: Path) -> Codebook:
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    themes = {name: f"t{n}" for n, name in enumerate(dict.fromkeys(row["theme"] for row in rows))}
    codes = [Code(f"c{n}", row["code"], themes[row["theme"]]) for n, row in enumerate(rows)]
    return Codebook("Big", (*(Code(id_, name) for name, id_ in themes.items()), *codes))


def _plain_load(folder: Path) -> None:
    """Put texts and codings into two tables, unread and unchecked."""
    with closing(sqlite3.connect(folder / "plain.sqlite")) as plain, plain:
        plain.execute("CREATE TABLE texts (name, text)")
        plain.execute("CREATE TABLE codings (coder, document, utterance, code)")
        texts = ((one.stem, one.read_text("utf-8")) for one in (folder / "txt").iterdir())
        plain.executemany("INSERT INTO texts VALUES (?, ?)", texts)
        with (folder / "whole.csv").open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            plain.executemany("INSERT INTO codings VALUES (?, ?, ?, ?)", rows)
        plain.execute("CREATE INDEX by_document ON codings (document)")


def _taken(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def _median(call: Callable[[], object], times: int) -> float:
    return statistics.median(_taken(call) for _ in range(times))
