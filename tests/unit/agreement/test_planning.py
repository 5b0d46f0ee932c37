from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from benchmarks.planning import coded
from qualkit.agreement import agreement
from qualkit.agreement.planning import (
    PLAN_COLUMNS,
    Material,
    Spread,
    assumed_spread,
    pilot_spread,
    plan,
)
from qualkit.errors import NotEnoughError, OptionError, UnknownNameError


def alphas(random, prevalence, error, size, times):
    """Return alphas of two coders on independent utterances."""
    found = []
    for _ in range(times):
        truth = random.random(size) < prevalence
        a, b = (truth ^ (random.random(size) < error) for _ in range(2))
        given, split = a.sum() + b.sum(), (a ^ b).sum()
        found.append(1 - (2 * size - 1) * split / (given * (2 * size - given)))
    return np.array(found)


def test_the_assumed_variance_is_that_of_independent_utterances():
    found = alphas(np.random.default_rng(1), 0.25, 0.05, 400, 4000)
    share = 0.25 * 0.95 + 0.75 * 0.05
    spread = assumed_spread(float(found.mean()), share, 0)
    assert spread.variance / 400 == pytest.approx(found.var(), rel=0.15)


def test_a_pilot_of_independent_utterances_has_no_design_effect():
    random = np.random.default_rng(2)
    truth = random.random(6000) < 0.3
    places = pd.DataFrame(
        {"document": [f"d{i % 60}" for i in range(6000)], "position": range(6000)}
    )
    rows = [
        places[truth ^ (random.random(6000) < 0.05)].assign(coder=coder, code="x")
        for coder in ("Ana", "Ben")
    ]
    reviewed = pd.concat([places.assign(coder=coder) for coder in ("Ana", "Ben")])
    spread = pilot_spread(pd.concat(rows), reviewed, "x")
    assert spread.correlation < 0.01
    assumed = assumed_spread(spread.alpha, spread.prevalence, 0)
    assert spread.variance == pytest.approx(assumed.variance, rel=0.4)


def test_the_pilots_own_size_gives_back_its_own_interval():
    codings, reviewed = coded(np.random.default_rng(3), 40)
    spread = pilot_spread(codings, reviewed, "x")
    row = agreement(codings, reviewed, coefficients=["alpha"]).iloc[0]
    width = row["high"] - row["low"]
    material = Material(40, reviewed[["document", "position"]].drop_duplicates().shape[0])
    assert plan(width * 1.01, spread, material)["documents"][0] in (39, 40, 41)


@pytest.mark.parametrize("design", [0, 1])
def test_a_planned_study_gets_about_the_width_it_was_planned_for(design):
    random = np.random.default_rng(4)
    spread = pilot_spread(*coded(random, 80), "x")
    row = plan(0.3, spread, Material(40, 4800)).iloc[design]
    widths = []
    for _ in range(40):
        table = agreement(*coded(random, row["documents"], row["per_document"]))
        alpha = table[table["coefficient"] == "alpha"].iloc[0]
        widths.append(alpha["high"] - alpha["low"])
    assert np.mean(widths) == pytest.approx(0.3, rel=0.2)


def test_a_narrower_interval_takes_more():
    spread = assumed_spread(0.8, 0.1, 0.05)
    sizes = [plan(width, spread, Material(60, 6000))["utterances"] for width in (0.4, 0.2, 0.15)]
    for few, many in pairwise(sizes):
        assert (few < many).all()


def test_a_rarer_code_takes_more():
    sizes = [
        plan(0.3, assumed_spread(0.8, share, 0.05), Material(60, 6000))["utterances"][1]
        for share in (0.3, 0.1, 0.03)
    ]
    assert sizes == sorted(sizes)


def test_what_cannot_be_had_is_told():
    table = plan(0.05, assumed_spread(0.8, 0.1, 0.3), Material(6, 600))
    assert tuple(table.columns) == PLAN_COLUMNS
    assert table["reason"][0] == "there are 6 documents"
    assert table["reason"][1] == "these 6 documents differ too much for that"
    assert pd.isna(table["utterances"][1])
    few = plan(0.3, assumed_spread(0.8, 0.1, 0.05), Material(4, 400))
    assert few["reason"][1] == "there is no interval below 5 documents"
    short = plan(0.1, assumed_spread(0.8, 0.1, 0.0), Material(20, 300))
    assert short["reason"][1] == "there are 300 utterances"
    rare = plan(1.5, assumed_spread(0.8, 0.01, 0.0), Material(20, 4000))
    assert "fewer than ten utterances" in rare["reason"][1]


def test_never_below_five_documents():
    assert plan(1.9, Spread(0.9, 0.5, 0.01, 0.0, "x"), Material(50, 5000))["documents"][0] == 5


@pytest.mark.parametrize(
    ("alpha", "prevalence", "correlation"), [(1, 0.1, 0), (0.8, 0, 0), (0.8, 1.2, 0), (0.8, 0.1, 1)]
)
def test_assumptions_that_cannot_be_are_errors(alpha, prevalence, correlation):
    with pytest.raises(OptionError):
        assumed_spread(alpha, prevalence, correlation)


@pytest.mark.parametrize("width", [0, 2])
def test_a_width_that_cannot_be_is_an_error(width):
    with pytest.raises(OptionError):
        plan(width, assumed_spread(0.8, 0.1, 0), Material(10, 100))


def test_a_pilot_that_is_too_small_is_an_error(frames_of):
    codings, reviewed = coded(np.random.default_rng(5), 4)
    with pytest.raises(NotEnoughError, match="5 documents coded twice, and there are 4"):
        pilot_spread(codings, reviewed, "x")
    codings, reviewed = coded(np.random.default_rng(5), 6)
    with pytest.raises(UnknownNameError):
        pilot_spread(codings, reviewed, "y")
    with pytest.raises(NotEnoughError, match="does not vary"):
        pilot_spread(codings, reviewed, "y", parents={"x": None, "y": None})
    with pytest.raises(NotEnoughError, match="nothing to code"):
        plan(0.3, assumed_spread(0.8, 0.1, 0), Material(0, 0))
