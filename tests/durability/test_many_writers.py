"""Ten processes code one project at once, five hundred actions each."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from qualkit.model import Code, Codebook
from qualkit.workflow.project import create_project, open_project

WRITERS, ACTIONS, UTTERANCES = 10, 500, 50
BOOK = Codebook("B", tuple(Code(f"c{n}", f"Code {n}") for n in range(10)))
WORKER = """
import json, sys, time
from qualkit.workflow.project import open_project

target, coder, actions = sys.argv[1], sys.argv[2], int(sys.argv[3])
taken, refused = [], []
with open_project(target) as project:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(actions):
        one = {"op_id": f"{coder}-{number:05}", "action": "apply", "document": "talk",
               "position": number % 50 + 1, "code": f"c{number // 50}"}
        begun = time.perf_counter()
        [answer] = project.apply_operations([one], coder=coder)
        taken.append(time.perf_counter() - begun)
        if not answer["ok"]:
            refused.append(answer["message"])
print(json.dumps({"taken": taken, "refused": refused}))
"""


def start(target: str, coder: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, target, coder, str(ACTIONS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def test_ten_processes_at_once_lose_nothing_and_nobody_is_turned_away(target, tmp_path, capsys):
    path = tmp_path / "talk.txt"
    lines = (f"{'Ann Lee' if n % 2 else 'Bob Hart'}: I say {n}." for n in range(UTTERANCES))
    path.write_text("\n\n".join(lines), encoding="utf-8")
    with create_project(target, codebook=BOOK) as project:
        project.import_documents([path])
    workers = [start(target, f"Coder {n}") for n in range(WRITERS)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n", worker.stderr.read()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    ended = [worker.communicate(timeout=500) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * WRITERS, [said[1] for said in ended]
    results = [json.loads(said) for said, _ in ended]
    assert [result["refused"] for result in results] == [[]] * WRITERS
    with open_project(target) as project:
        codings = project.list_codings()
        assert len(codings) == WRITERS * ACTIONS
        assert set(codings.groupby("coder").size()) == {ACTIONS}
        project.verify()
    taken = sorted(one for result in results for one in result["taken"])
    kind = "PostgreSQL" if "://" in target else "SQLite"
    median, p95 = 1000 * statistics.median(taken), 1000 * taken[int(0.95 * len(taken))]
    with capsys.disabled():
        print(  # noqa: T201  the figures are to be read
            f"\n{WRITERS} coders at once on {kind}: one action takes {median:.1f} ms (median), "
            f"{p95:.1f} ms (p95), {1000 * taken[-1]:.0f} ms (longest)"
        )
