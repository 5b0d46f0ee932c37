"""What every test stands on: examples of hypothesis that repeat, and a folder for the docs.

QUALKIT_EXPLORE=1 lets hypothesis look for new examples instead of the same ones each time.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("repeat", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("QUALKIT_EXPLORE") else "repeat")


@pytest.fixture(autouse=True)
def folder(doctest_namespace: dict[str, object], tmp_path: Path) -> None:
    """Give the examples in README.md and docs/ an empty folder to write to."""
    doctest_namespace["folder"] = tmp_path / "demo"
