"""Reading transcripts of 0.1, 1 and 10 MB, beside what today's tools do with them.

The alternative for text is a line split and one pattern for "Name:"; for Word it is python-docx's
list of paragraphs. Neither finds anything else. Each runs in a process of its own, so that its
peak of memory is its own.
"""

from __future__ import annotations

import io
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import docx

__all__ = ["measure", "talk"]

_NAMES = ("Chair", "Ann Lee", "Bo Day", "Cyd May", "Participant A", "Participant B")
_WORDS = (
    "we", "left", "home", "care", "pay", "hours", "week", "union", "council", "staff",
    "manager", "shift", "rota", "training", "people", "think", "because", "never", "really",
    "always", "about", "would", "could", "should", "have", "been", "there", "their", "which",
)  # fmt: skip
_LABEL = re.compile(r"^([\w .'-]{1,40}):\s*(.*)$")


def talk(size: int) -> list[str]:
    """Return turns of about so many bytes in all, the same each time.

    Example:
        >>> talk(100)[0].partition(":")[0]
        'Chair'
    """
    drawn = random.Random(7)
    turns = []
    written = 0
    while written < size:
        name = _NAMES[0] if len(turns) % 3 == 0 else drawn.choice(_NAMES[1:])
        sentences = []
        for _ in range(drawn.randint(1, 6)):
            words = drawn.choices(_WORDS, k=drawn.randint(4, 24))
            sentences.append(f"{' '.join(words).capitalize()}{drawn.choice('..?')}")
        turns.append(f"{name}: {' '.join(sentences)}")
        written += len(turns[-1]) + 2
    return turns


def measure() -> list[tuple[str, float, float]]:
    """Return (what, CPU seconds of ours, CPU seconds of the alternative); memory is in ``what``."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("txt", "docx"):
            for megabytes in (0.1, 1.0, 10.0):
                path = Path(folder) / f"talk{megabytes}.{kind}"
                path.write_bytes(_written(kind, talk(int(megabytes * 1_000_000))))
                ours, peak = _apart("ours", path)
                theirs, their_peak = _apart("theirs", path)
                other = "split on 'Name:'" if kind == "txt" else "python-docx paragraphs"
                what = f"read {megabytes:g} MB of {kind}, {peak:.0f} MB / {other}, {their_peak:.0f}"
                lines.append((what, ours, theirs))
    return lines


def _written(kind: str, turns: list[str]) -> bytes:
    if kind == "txt":
        return "\n\n".join(turns).encode()
    word = docx.Document()
    for turn in turns:
        word.add_paragraph(turn)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _apart(who: str, path: Path) -> tuple[float, float]:
    """Return CPU seconds and megabytes at most of one reading in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reading", who, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, kilobytes = done.stdout.split()
    return float(seconds), float(kilobytes) / 1000


def _ours(path: Path) -> Callable[[], object]:
    from qualkit.formats.documents import read_bytes, read_document  # noqa: PLC0415 - not theirs

    read_bytes(b"Ann: We left.\n\nBo: Why?", "warm.txt")  # the libraries load before the clock runs
    return lambda: read_document(path)


def _theirs(path: Path) -> Callable[[], object]:
    if path.suffix == ".docx":
        return lambda: [p.text for p in docx.Document(str(path)).paragraphs]
    return lambda: [
        found.groups()
        for line in path.read_text(encoding="utf-8").splitlines()
        if (found := _LABEL.match(line))
    ]


def _main(who: str, path: Path) -> None:
    call = _ours(path) if who == "ours" else _theirs(path)
    start = time.process_time()
    call()
    taken = time.process_time() - start
    sys.stdout.write(f"{taken} {_peak()}\n")


def _peak() -> int:
    """Return the most kilobytes that this process held.

    Linux counts what the parent held before this program was started into ``ru_maxrss``, so its
    own account is asked where there is one.
    """
    account = Path("/proc/self/status")
    if account.exists():
        lines = account.read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
