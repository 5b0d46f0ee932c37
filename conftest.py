"""What the examples in README.md and docs/ may use: ``folder``, an empty one."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(doctest_namespace: dict[str, object], tmp_path: Path) -> None:
    """Give the examples an empty folder to write to."""
    doctest_namespace["folder"] = tmp_path / "demo"
