"""Held against other libraries, which live in an environment of their own: make oracles.

QUALKIT_ORACLES is the path of that environment's Python.
"""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from qualkit.agreement import ALL_CODES, agreement, rate
from qualkit.agreement.ratings import cohen_error

PYTHON = os.environ.get("QUALKIT_ORACLES", "")
ANSWER = Path(__file__).parents[2] / "oracles" / "answer.py"
CASES = 24

pytestmark = pytest.mark.skipif(not PYTHON, reason="QUALKIT_ORACLES is not set: see make oracles")


def category_matrices():
    random = np.random.default_rng(17)
    for case in range(CASES):
        coders, categories = 2 + case % 4, 2 + case % 3
        truth = random.integers(0, categories, (40, 1))
        rows = np.where(
            random.random((40, coders)) < 0.7, truth, random.integers(0, categories, (40, coders))
        ).astype(float)
        rows[:categories] = np.arange(categories)[:, None]
        if case % 2:
            rows[categories:][random.random((40 - categories, coders)) < 0.2] = np.nan
        yield [[None if np.isnan(v) else int(v) for v in row] for row in rows]


def set_matrices():
    random = np.random.default_rng(19)
    for case in range(8):
        yield [
            [
                None if random.random() < 0.1 else [c for c in "abcde" if random.random() < 0.3]
                for _ in range(2 + case % 3)
            ]
            for _ in range(50)
        ]


@pytest.fixture(scope="module")
def said():
    asked = {"categories": list(category_matrices()), "sets": list(set_matrices())}
    run = subprocess.run(
        [PYTHON, str(ANSWER)], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return asked, json.loads(run.stdout)


@pytest.mark.parametrize("case", range(CASES))
def test_categories_as_krippendorff_irrcac_statsmodels_and_sklearn_say(case, said):
    rows, theirs = said[0]["categories"][case], said[1]["categories"][case]
    assert rate(rows, "alpha").value == pytest.approx(theirs["krippendorff.alpha"], abs=1e-12)
    for name in ("ac1", "fleiss_kappa", "kappa", "brennan_prediger", "alpha"):
        found = rate(rows, name)
        assert [found.value, found.error] == pytest.approx(theirs[name], abs=1e-9), name
    if "statsmodels.fleiss" in theirs:
        assert rate(rows, "fleiss_kappa").value == pytest.approx(theirs["statsmodels.fleiss"])
    if "sklearn.cohen" in theirs:
        assert rate(rows, "kappa").value == pytest.approx(theirs["sklearn.cohen"])
    if "statsmodels.cohen" in theirs:
        categories = sorted({value for row in rows for value in row})
        table = [[rows.count([a, b]) for b in categories] for a in categories]
        found = [rate(rows, "kappa").value, cohen_error(table)]
        assert found == pytest.approx(theirs["statsmodels.cohen"])


@pytest.mark.parametrize("case", range(CASES))
def test_one_code_in_the_table_as_irrcac_says(case, said, yes_no, frames_of, value_of):
    rows, theirs = said[0]["categories"][case], said[1]["categories"][case]
    if any(v is not None and v > 1 for row in rows for v in row):
        pytest.skip("more than yes and no")
    kept = [row for row in rows if sum(v is not None for v in row) > 1]
    names = {
        "ac1": "ac1",
        "fleiss_kappa": "fleiss_kappa",
        "alpha": "alpha",
        "kappa": "conger_kappa",
    }
    table = agreement(*frames_of(yes_no(kept)), coefficients=list(names.values()))
    for name, ours in names.items():
        if name == "alpha" or len(kept) == len(rows):
            assert value_of(table, ours) == pytest.approx(theirs[name][0], abs=1e-9)


@pytest.mark.parametrize("case", range(8))
def test_sets_as_nltk_says(case, said, frames_of, value_of):
    rows, theirs = said[0]["sets"][case], said[1]["sets"][case]
    table = agreement(*frames_of(rows), coefficients=["masi_alpha", "jaccard_alpha"])
    for name in ("masi", "jaccard"):
        assert value_of(table, f"{name}_alpha", ALL_CODES) == pytest.approx(theirs[name], abs=1e-9)
