"""A coder's process is killed two hundred times, at random points of its work."""

from __future__ import annotations

import itertools
import os
import random
import select
import signal
import time
import traceback
from pathlib import Path

import pytest

from qualkit.model import Code, Codebook
from qualkit.workflow.project import create_project, open_project

RUNS = 200
BOOK = Codebook("B", tuple(Code(f"c{n}", f"Code {n}") for n in range(4)))
SAYINGS = "\n\n".join(
    f"{'Ann Lee' if n % 2 else 'Bob Hart'}: This is what I say, {n}." for n in range(40)
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and kill -9")


def code_and_say(target: str, run: int, pipe: int) -> None:
    """Code in a loop, each step one operation, and tell the pipe what was acknowledged."""
    choose = random.Random(run)
    with open_project(target) as project:
        for number in itertools.count():
            one = {
                "op_id": f"run-{run:03}-{number:05}",
                "action": choose.choice(["apply", "apply", "apply", "remove", "review"]),
                "document": "talk",
                "position": choose.randint(1, 40),
                "code": f"c{choose.randint(0, 3)}",
            }
            [answer] = project.apply_operations([one], coder="Ana")
            assert answer["ok"], answer
            os.write(pipe, f"{one['op_id']}\n".encode())
            if choose.random() < 0.1:
                project.undo("Ana")


def killed_at_work(target: str, run: int, seconds: float) -> list[str]:
    """Start a coder, kill it at some point after its first action; return what it was told."""
    inner, outer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inner)
        try:
            code_and_say(target, run, outer)
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(1)
    os.close(outer)
    select.select([inner], [], [], 30)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ended before it was killed"
    with os.fdopen(inner, "rb") as said:
        return said.read().decode().split("\n")[:-1]


def check(target: str, acknowledged: list[str], run: int) -> None:
    with open_project(target) as project:
        if run % 5 == 4:
            project.verify()
        done = set(project.list_changes()["op_id"])
        assert not set(acknowledged) - done
        mine = [op for op in done if op.startswith(f"run-{run:03}-")]
        assert len(mine) - len(acknowledged) in (0, 1)  # at most the one in flight


def test_two_hundred_kills_lose_nothing_that_was_acknowledged(new_target, tmp_path: Path):
    path = tmp_path / "talk.txt"
    path.write_text(SAYINGS, encoding="utf-8")
    choose, told, target = random.Random(7), 0, ""
    for run in range(RUNS):
        if run % 10 == 0:
            target = new_target()
            with create_project(target, codebook=BOOK) as project:
                project.import_documents([path])
        acknowledged = killed_at_work(target, run, choose.uniform(0, 0.06))
        told += len(acknowledged)
        check(target, acknowledged, run)
    assert told > RUNS
