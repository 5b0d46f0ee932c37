"""Run every benchmark and print one table: what, ours, the alternative, ratio."""

from __future__ import annotations

import sys

from benchmarks import agreement, findings, markers, reading, store

if __name__ == "__main__":
    parts = (markers, agreement, findings, reading, store)
    lines = [line for part in parts for line in part.measure()]
    sys.stdout.write(f"{'what':68} {'qualkit':>9} {'other':>9} {'ratio':>7}\n")
    for what, ours, other in lines:
        sys.stdout.write(f"{what:68} {ours:8.3f}s {other:8.3f}s {other / ours:7.2g}x\n")
