"""Run every benchmark and print one table: what, ours, the alternative, ratio."""

from __future__ import annotations

import sys

from benchmarks import agreement, markers

if __name__ == "__main__":
    lines = [*markers.measure(), *agreement.measure()]
    sys.stdout.write(f"{'what':58} {'qualkit':>9} {'other':>9} {'ratio':>7}\n")
    for what, ours, other in lines:
        sys.stdout.write(f"{what:58} {ours:8.3f}s {other:8.3f}s {other / ours:6.1f}x\n")
