import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from qualkit.agreement import agreement

REFERENCE = Path(__file__).parents[4] / "shared" / "reference" / "agreement.json"


def _frames_of(
    ratings: Sequence[Sequence[Any]], documents: Sequence[str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    documents = documents or ["d"] * len(ratings)
    reviewed, codings = [], []
    for position, (document, row) in enumerate(zip(documents, ratings, strict=True)):
        for number, value in enumerate(row):
            if value is None:
                continue
            coder = f"coder {number:02d}"
            reviewed.append((document, position, coder))
            values = value if isinstance(value, list) else [value]
            codings += [(document, position, str(code), coder) for code in values]
    return (
        pd.DataFrame(codings, columns=["document", "position", "code", "coder"]),
        pd.DataFrame(reviewed, columns=["document", "position", "coder"]),
    )


def _value_of(table: pd.DataFrame, coefficient: str, code: str = "x", column: str = "value") -> Any:
    rows = table[(table["coefficient"] == coefficient) & (table["code"] == code)]
    assert len(rows) == 1
    return rows.iloc[0][column]


@pytest.fixture(scope="session")
def frames_of() -> Callable[..., tuple[pd.DataFrame, pd.DataFrame]]:
    """Units x coders to frames; None is missing, else the code, or the list of codes, applied."""
    return _frames_of


@pytest.fixture(scope="session")
def value_of() -> Callable[..., Any]:
    """One cell of the table."""
    return _value_of


@pytest.fixture(scope="session")
def yes_no() -> Callable[..., list[list[Any]]]:
    """1, 0 and None to the code "x", no code and missing."""
    return lambda ratings: [
        [None if value is None else ["x"] * value for value in row] for row in ratings
    ]


@pytest.fixture(scope="session")
def compare() -> Callable[..., pd.DataFrame]:
    """From ratings straight to the table."""

    def run(
        ratings: Sequence[Sequence[Any]], *coefficients: str, documents: Any = None, **options: Any
    ) -> pd.DataFrame:
        codings, reviewed = _frames_of(ratings, documents)
        if coefficients:
            options["coefficients"] = coefficients
        return agreement(codings, reviewed, **options)

    return run


@pytest.fixture(scope="session")
def reference() -> dict[str, dict[str, Any]]:
    """The worked examples that lie beside the checkout, by id."""
    if not REFERENCE.exists():
        pytest.skip("../shared is not here")
    entries = json.loads(REFERENCE.read_text(encoding="utf-8"))["entries"]
    return {entry["id"]: entry for entry in entries}
