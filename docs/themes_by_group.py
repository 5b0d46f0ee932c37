"""Write which group raises which theme as a table of speakers: a script to begin with."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pandas as pd

import qualkit as qk


def themes(study: qk.Project, *, by: str = "stakeholder_type") -> pd.DataFrame:
    """Return a row for each theme, a column for each group: "8/9" is eight of nine speakers."""
    table = study.frequency(by=by, of="speakers")
    rows = table[table["level"] == "theme"]
    cells = rows["n"].astype(str) + "/" + rows["total"].astype(str)
    return rows.assign(cell=cells).pivot(index="code", columns=by, values="cell")


def main(words: Sequence[str]) -> int:
    """Read PROJECT, write FILE; return the exit code that qualkit would end with."""
    project, file = words
    try:
        with qk.open_project(project) as study:
            themes(study).to_csv(file)
    except qk.QualkitError as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
