"""Corrected prevalence: against hand calculation, and against the truth in simulations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.audit import coverage
from qualkit.errors import NotEnoughError, OptionError
from qualkit.suggest.audit import (
    NEAR,
    OFFERED,
    REST,
    Population,
    Sample,
    allocate,
    audit_estimates,
    share,
)


def one_code(state, truth, sizes=(10_000,), stratum=None, document=None) -> Sample:
    state, truth = np.array(state, np.int8)[:, None], np.array(truth, bool)[:, None]
    rows = np.zeros(len(truth), int) if stratum is None else np.array(stratum)
    return Sample(["pay"], rows, np.array(sizes), truth, state, document)


def test_a_simple_random_sample_gives_what_the_hand_gives():
    # Of 10,000 the machine offers 2,000. Checked: 20 of those, 15 right; 80 others, 4 missed.
    state = [OFFERED] * 20 + [REST] * 80
    truth = [1] * 15 + [0] * 5 + [1] * 4 + [0] * 76
    row = audit_estimates(one_code(state, truth), Population(np.array([[8000, 0, 2000]]))).iloc[0]
    assert row["machine_share"] == 0.2
    assert row["precision"] == 15 / 20
    assert row["prevalence"] == pytest.approx(0.2 * 15 / 20 + 0.8 * 4 / 80)  # 0.19
    assert row["recall"] == pytest.approx(0.15 / 0.19)
    # Rogan & Gladen 1978 with the sensitivity and specificity of the same table: the same.
    sensitivity, specificity = 0.15 / 0.19, (0.8 * 76 / 80) / 0.81
    rogan_gladen = (0.2 + specificity - 1) / (sensitivity + specificity - 1)
    assert row["prevalence"] == pytest.approx(rogan_gladen)


def test_two_strata_are_weighed_by_their_size():
    # 900 + 100 utterances, 9 and 10 drawn: weights 100 and 10.
    truth = [1] + [0] * 8 + [1] * 5 + [0] * 5
    sample = one_code([REST] * 19, truth, (900, 100), [0] * 9 + [1] * 10)
    found = share(sample, sample.truth[:, 0], np.ones(19, bool))
    assert found.value == pytest.approx((100 * 1 + 10 * 5) / 1000)
    # By hand: variance = sum of (N_h / N)^2 (1 - f_h) s_h^2 / n_h, s^2 = n p q / (n - 1)
    first = 0.9**2 * (1 - 9 / 900) * (9 * (1 / 9) * (8 / 9) / 8) / 9
    second = 0.1**2 * (1 - 10 / 100) * (10 * 0.5 * 0.5 / 9) / 10
    kish = 1000**2 / (9 * 100**2 * 0.99 + 10 * 10**2 * 0.9)
    n = min(kish, 0.15 * 0.85 / (first + second))
    z = 1.959964
    middle = (0.15 + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(0.15 * 0.85 / n + z**2 / (4 * n**2))
    assert found.high == pytest.approx(middle + half, abs=1e-6)
    assert 0 < found.low <= middle - half  # up to three cases: the Poisson limit


def test_no_case_among_many_leaves_room_above_and_none_below():
    sample = one_code([REST] * 100, [0] * 100, (100_000,))
    found = share(sample, sample.truth[:, 0], np.ones(100, bool))
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(3.84 / (100 + 3.84), rel=0.01)  # Wilson's upper limit


def test_when_all_have_been_checked_nothing_is_left_to_chance():
    sample = one_code([OFFERED, REST, REST], [1, 1, 0], (3,))
    row = audit_estimates(sample, Population(np.array([[2, 0, 1]]))).iloc[0]
    assert row[["prevalence", "low", "high"]].tolist() == pytest.approx([2 / 3] * 3)
    assert row[["recall", "recall_low", "recall_high"]].tolist() == pytest.approx([0.5] * 3)


def test_what_cannot_be_told_is_missing_with_its_reason():
    nowhere = audit_estimates(one_code([REST] * 9, [0] * 9), Population(np.array([[90, 0, 0]])))
    assert nowhere["reason"].tolist() == ["the machine offered it nowhere"]
    assert nowhere[["precision", "recall"]].isna().all(axis=None)
    assert nowhere["prevalence"].tolist() == [0]
    unseen = audit_estimates(one_code([REST] * 9, [0] * 9), Population(np.array([[80, 0, 10]])))
    assert unseen["reason"].tolist() == ["none of what the machine offered has been checked"]
    assert unseen["prevalence"].isna().all()
    assert unseen[["low", "high"]].iloc[0].between(0, 1).all()
    found = audit_estimates(
        one_code([OFFERED] * 3 + [REST] * 9, [0] * 12), Population(np.array([[80, 0, 10]]))
    )
    assert found["reason"].tolist() == ["nobody found it in what was checked"]
    with pytest.raises(NotEnoughError, match="nothing has been checked"):
        audit_estimates(one_code([], []), Population(np.array([[1, 0, 0]])))


def test_a_class_nobody_was_drawn_from_is_counted_with_its_neighbour():
    sample = one_code([OFFERED] * 10 + [REST] * 10, [1] * 8 + [0] * 2 + [1] + [0] * 9)
    row = audit_estimates(sample, Population(np.array([[700, 100, 200]]))).iloc[0]
    assert row["prevalence"] == pytest.approx(0.2 * 0.8 + 0.8 * 0.1)


def test_a_part_is_judged_by_its_own_utterances():
    state = [OFFERED] * 10 + [REST] * 10
    truth = [1] * 5 + [0] * 5 + [0] * 10
    inside = np.arange(20) % 2 == 0
    row = audit_estimates(one_code(state, truth), Population(np.array([[50, 0, 50]])), inside)
    assert row["checked"].tolist() == [10]
    assert row["precision"].tolist() == [0.6]
    assert row["utterances"].tolist() == [100]


def test_speaking_of_other_documents_widens_the_interval():
    state, truth = [OFFERED] * 20 + [REST] * 20, [1] * 10 + [0] * 10 + [0] * 20
    document = np.repeat([0, 1, 2, 3], 10)
    counts = np.array([[500, 0, 500]])
    near = audit_estimates(one_code(state, truth), Population(counts)).iloc[0]
    each = np.array([[250, 0, 0], [250, 0, 0], [0, 0, 250], [0, 0, 250]])
    spread = np.einsum("di,dj->ij", each, each)[None].astype(float)
    sample = one_code(state, truth, document=document)
    far = audit_estimates(sample, Population(counts, spread, 4)).iloc[0]
    assert far["prevalence"] == near["prevalence"]
    assert far["high"] - far["low"] > near["high"] - near["low"]
    # By hand, between documents: apart = +-0.25 x 250 each, four of them, of 1,000, G / (G - 1)
    by_hand = 4 * (0.25 * 250 / 1000) ** 2 * 4 / 3
    shares = np.array([0.0, 0.0, 0.5])
    assert Population(counts, spread, 4).between(0, shares) == pytest.approx(by_hand)


@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=20), st.integers(0, 500))
def test_what_is_drawn_adds_up_and_stays_within_each_stratum(sizes, more):
    least = sum(min(2, one) for one in sizes)
    drawn = allocate(sizes, least + more)
    assert sum(drawn) == min(least + more, sum(sizes))
    assert all(min(2, one) <= n <= one for one, n in zip(sizes, drawn, strict=True))


def test_too_small_a_draw_says_how_many_it_takes():
    with pytest.raises(OptionError, match="3 utterances are too few for 2 strata; draw 4 or more"):
        allocate([10, 10], 3)


@given(st.data())
def test_intervals_hold_their_numbers_and_stay_within_0_and_1(data):
    n = data.draw(st.integers(4, 60))
    state = data.draw(st.lists(st.sampled_from([REST, NEAR, OFFERED]), min_size=n, max_size=n))
    truth = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    stratum = [number % 2 for number in range(n)]
    sample = one_code(state, truth, (1000, 50), stratum)
    row = audit_estimates(sample, Population(np.array([[700, 250, 100]]))).iloc[0]
    for name in ("", "precision_", "recall_"):
        low, high = row[f"{name}low"], row[f"{name}high"]
        value = row[name.rstrip("_") or "prevalence"]
        assert 0 <= low <= high <= 1
        assert pd.isna(value) or low - 1e-9 <= value <= high + 1e-9


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    table = coverage(draws=150, seed=3).set_index(["of", "share"])["covered"]
    assert table.min() > 0.86  # 0.95 less four standard errors of 150 draws, with room for chance
    assert table["prevalence"].mean() > 0.92
