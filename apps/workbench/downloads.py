"""Lists as files: under the names, or the pseudonyms, that the page Export was told of."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from workbench.importing import key_file
from workbench.state import session
from workbench.study import study

__all__ = ["file_name", "written"]


def file_name(name: str, suffix: str) -> str:
    """Return what a file is called; it says so when it is under pseudonyms."""
    return f"{name}{'' if session().leaving_key is None else ' (pseudonyms)'}{suffix}"


def written(table: pd.DataFrame, suffix: str) -> Callable[[], bytes]:
    """Return the function that makes a file of a list; no text in it runs as a formula."""
    project, key = study(), session().leaving_key

    def make() -> bytes:
        with tempfile.TemporaryDirectory(prefix="qualkit-") as folder, key_file(key) as pseudonyms:
            path = Path(folder) / f"table{suffix}"
            return project.write_table(table, path, pseudonyms=pseudonyms).read_bytes()

    return make
