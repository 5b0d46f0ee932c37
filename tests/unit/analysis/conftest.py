import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[4] / "shared" / "reference" / "agreement.json"
CODES = ["Pay", "Low pay", "Hours", "Respect", "Training"]


@pytest.fixture(scope="session")
def reference() -> dict[str, dict[str, Any]]:
    """The worked examples that lie beside the checkout, by id."""
    if not REFERENCE.exists():
        pytest.skip("../shared is not here")
    entries = json.loads(REFERENCE.read_text(encoding="utf-8"))["entries"]
    return {entry["id"]: entry for entry in entries}


@pytest.fixture(scope="session")
def parents() -> dict[str, str | None]:
    """Two themes with codes, one alone."""
    return {"Pay": None, "Low pay": "Pay", "Hours": "Pay", "Respect": None, "Training": None}


@pytest.fixture(scope="session")
def study() -> Any:
    """A function from a seed to (codings, utterances) of a small random study."""

    def make(seed: int = 1, many: int = 240) -> tuple[pd.DataFrame, pd.DataFrame]:
        random = np.random.default_rng(seed)
        speaker = random.integers(0, 9, many)
        document = random.integers(0, 4, many)
        utterances = pd.DataFrame(
            {
                "document": [f"d{i}" for i in document],
                "position": np.arange(many) + 1,
                "speaker": [f"s{i}" for i in speaker],
                "stakeholder_type": [["carer", "funder", "union"][i % 3] for i in speaker],
                "text": [" ".join(["word"] * i) for i in random.integers(1, 30, many)],
                "is_moderator": speaker == 8,
                "codable": random.random(many) < 0.95,
            }
        )
        row, code = np.nonzero(
            random.random((many, 4)) < random.uniform(0.05, 0.3, 9)[speaker, None]
        )
        codings = pd.DataFrame(
            {
                "document": utterances["document"].to_numpy()[row],
                "position": utterances["position"].to_numpy()[row],
                "code": np.array(CODES[:4])[code],
                "coder": "Ana",
            }
        )
        return codings, utterances

    return make
