"""All tables of findings on the big project: 100,000 utterances, 40 codes, 258,347 codings.

The material is written by ../shared/measure/bigproject.py, with its speakers spread over 12
stakeholder types. Seconds are those of the processor. The others' figures were measured on the same
project on a machine of this kind (../shared/measure/README.md): QualCoder 4.0-beta, and qc
(PyPI qualitative-coding) 1.7.8.
"""

from __future__ import annotations

import runpy
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd

from benchmarks.timing import best
from qualkit import analysis

__all__ = ["measure"]

MAKER = Path(__file__).parents[1].parent / "shared" / "measure" / "bigproject.py"
QUALCODER_FREQUENCIES, QUALCODER_COOCCURRENCE = 1.0, 219.0


def measure() -> list[tuple[str, float, float]]:
    """Return (what, seconds of ours, seconds of the alternative); nothing without the material."""
    if not MAKER.is_file():
        return []
    with tempfile.TemporaryDirectory() as name:
        with mock.patch.object(sys, "argv", [str(MAKER), name]), redirect_stdout(StringIO()):
            runpy.run_path(str(MAKER), run_name="__main__")
        codings, utterances, parents = _read(Path(name))
    once = {"parents": parents, "permutations": 1}
    ours = {of: best(lambda of=of: analysis.frequency(codings, utterances, of=of, **once))
            for of in analysis.DENOMINATORS}  # fmt: skip
    pairs = best(lambda: analysis.cooccurrence(codings, utterances, parents=parents))
    whole = sum(ours.values()) + pairs
    tested = pairs + sum(
        _taken(lambda of=of: analysis.frequency(codings, utterances, of=of, parents=parents))
        for of in analysis.DENOMINATORS
    )
    peers = QUALCODER_FREQUENCIES + QUALCODER_COOCCURRENCE
    return [
        ("code x 12 types, share of utterances / QualCoder, plain counts", ours["utterances"],
         QUALCODER_FREQUENCIES),
        ("co-occurrence of 40 codes and 8 themes / QualCoder", pairs, QUALCODER_COOCCURRENCE),
        ("all tables together (4 denominators, co-occurrence) / QualCoder", whole, peers),
        ("the same with 999 permutations / QualCoder, without any test", tested, peers),
    ]  # fmt: skip


def _read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str | None]]:
    """Return codings, utterances with 12 stakeholder types, and the codebook."""
    name = {"utterance": "position"}
    codings = pd.read_csv(folder / "codings.csv").rename(columns=name)
    utterances = pd.read_csv(folder / "utterances.csv").rename(columns=name)
    book = pd.read_csv(folder / "codebook.csv")
    voice = utterances["document"] + " " + utterances["speaker"]
    number, voices = pd.factorize(voice)
    types = np.random.default_rng(1).integers(0, 12, len(voices))
    utterances = utterances.assign(
        speaker=voice,
        is_moderator=utterances["stakeholder"] == "interviewer",
        stakeholder_type=np.array([f"type {n:02}" for n in range(12)])[types[number]],
    )
    parents: dict[str, str | None] = dict.fromkeys(book["theme"])
    return codings, utterances, parents | dict(zip(book["code"], book["theme"], strict=True))


def _taken(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


if __name__ == "__main__":
    for what, ours, other in measure():
        sys.stdout.write(f"{what:68} {ours:8.3f}s {other:8.3f}s {other / ours:7.2g}x\n")
