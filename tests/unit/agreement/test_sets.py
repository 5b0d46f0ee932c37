from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.agreement import ALL_CODES, agreement, set_distance
from qualkit.agreement.distances import DISTANCES, SetTable, forms
from qualkit.agreement.multivalued import expected_disagreement
from qualkit.errors import OptionError

SETS = st.frozensets(st.integers(0, 5), max_size=4)
TREE = {"Pay": None, "Low pay": "Pay", "Late pay": "Pay", "Care": None, "Waiting": "Care"}


@given(SETS, SETS, st.sampled_from(sorted(DISTANCES)))
def test_distances_are_symmetric_between_0_and_1_and_0_for_equal_sets(a, b, name):
    apart = set_distance(a, b, name)
    assert apart == set_distance(b, a, name)
    assert 0 <= apart <= 1
    assert (apart < 1e-12) == (a == b)


@given(SETS, SETS, SETS)
def test_the_jaccard_distance_is_a_metric(a, b, c):
    one = set_distance(a, c, "jaccard")
    assert one <= set_distance(a, b, "jaccard") + set_distance(b, c, "jaccard") + 1e-12


def test_an_unknown_distance_is_refused():
    with pytest.raises(OptionError, match="no distance 'cosine'"):
        set_distance({1}, {2}, "cosine")


def table_from(random, documents, codes, largest, many):
    masks = {0}
    while len(masks) < many:
        members = random.choice(codes, random.integers(0, largest + 1), replace=False)
        masks.add(sum(1 << int(one) for one in members))
    words = np.array([[mask & (2**64 - 1), mask >> 64] for mask in sorted(masks)], dtype=np.uint64)
    document, number = np.nonzero(random.random((documents, many)) < 0.6)
    times = random.integers(1, 9, len(number)).astype(float)
    return SetTable(words, document, number, times, documents)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(sorted(DISTANCES)))
def test_counting_subsets_gives_what_comparing_all_pairs_gives(seed, name):
    random = np.random.default_rng(seed)
    table = table_from(random, 4, 90, 5, 25)
    members = [{k for k in range(128) if int(row[k // 64]) >> (k % 64) & 1} for row in table.masks]
    apart = np.array([[set_distance(a, b, name) for b in members] for a in members])
    given_ = np.zeros((4, len(members)))
    given_[table.document, table.number] = table.times
    between = given_ @ apart @ given_.T
    found = forms(table, DISTANCES[name], between=True)
    np.testing.assert_allclose(found.own, np.diag(between), atol=1e-7)
    np.testing.assert_allclose(found.whole, between.sum(axis=1), atol=1e-7)
    np.testing.assert_allclose(found.between, between, atol=1e-7)


def test_very_large_sets_are_compared_pair_by_pair_with_the_same_result(monkeypatch):
    table = table_from(np.random.default_rng(1), 5, 40, 6, 40)
    before = forms(table, DISTANCES["masi"], between=True)
    monkeypatch.setattr("qualkit.agreement.distances._LARGEST", 3)
    monkeypatch.setattr("qualkit.agreement.distances._PAIRS_AT_ONCE", 100)
    after = forms(table, DISTANCES["masi"], between=True)
    for name in ("own", "whole", "between"):
        np.testing.assert_allclose(getattr(before, name), getattr(after, name), atol=1e-8)


def by_hand(ratings, apart):
    paired = [[v for v in row if v is not None] for row in ratings]
    paired = [row for row in paired if len(row) > 1]
    values = [value for row in paired for value in row]
    observed = sum(
        2 * sum(apart(set(a), set(b)) for a, b in combinations(row, 2)) / (len(row) - 1)
        for row in paired
    ) / len(values)
    expected = sum(apart(set(a), set(b)) for a in values for b in values)
    return 1 - observed / (expected / (len(values) * (len(values) - 1)))


@pytest.mark.parametrize("name", ["jaccard", "masi", "dice"])
@pytest.mark.parametrize("coders", [2, 3, 5])
def test_set_alpha_is_the_definition_worked_out_pair_by_pair(name, coders, frames_of, value_of):
    random = np.random.default_rng(coders)
    ratings = [
        [
            [c for c in "abcd" if random.random() < 0.3] if random.random() < 0.8 else None
            for _ in range(coders)
        ]
        for _ in range(60)
    ]
    table = agreement(*frames_of(ratings), coefficients=[f"{name}_alpha"])
    expected = by_hand(ratings, lambda a, b: set_distance(a, b, name))
    assert value_of(table, f"{name}_alpha", ALL_CODES) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", ["masi_alpha", "multivalued_alpha", "tree_alpha"])
def test_intervals_of_sets_equal_an_explicit_loop(name, frames_of, value_of):
    random = np.random.default_rng(4)
    codes = list(TREE)
    ratings, documents = [], []
    for document in range(7):
        for _ in range(15):
            ratings.append([[c for c in codes if random.random() < 0.3] for _ in range(2)])
            documents.append(f"d{document}")
    codings, reviewed = frames_of(ratings, documents)

    def value(left_out=None):
        frames = [one[one["document"] != left_out] for one in (codings, reviewed)]
        table = agreement(*frames, parents=TREE, coefficients=[name])
        return table[table["coefficient"] == name].iloc[0]

    left = np.array([value(f"d{at}")["value"] for at in range(7)])
    error = np.sqrt(6 / 7 * ((left - left.mean()) ** 2).sum())
    found = value()
    assert found["high"] - found["value"] == pytest.approx(2.446912 * error, rel=1e-6)


def test_siblings_are_nearer_than_strangers_and_a_parent_nearer_still(frames_of, value_of):
    def alpha(other):
        ratings = [[["Low pay"], [other]], [["Waiting"], ["Waiting"]], [[], []], [["Care"], []]]
        table = agreement(*frames_of(ratings), parents=TREE, coefficients=["tree_alpha"])
        return value_of(table, "tree_alpha", ALL_CODES)

    assert alpha("Waiting") < alpha("Late pay") < alpha("Pay") < alpha("Low pay")


def test_tree_alpha_of_a_flat_codebook_is_jaccard_alpha(frames_of, value_of):
    ratings = [[["a", "b"], ["a"]], [["b"], ["b"]], [[], ["a"]], [[], []]]
    table = agreement(*frames_of(ratings), coefficients=["jaccard_alpha", "tree_alpha"])
    values = [value_of(table, name, ALL_CODES) for name in ("jaccard_alpha", "tree_alpha")]
    assert values[0] == values[1]


def enumerated(sizes, labels):
    """Expected disagreement by listing all pairs of sets."""
    many, total = sum(sizes), 0.0
    for i in range(len(sizes)):
        for j in range(len(sizes)):
            above = below = 0.0
            for one in combinations(range(len(labels)), i):
                for other in combinations(range(len(labels)), j):
                    weight = np.prod([labels[k] for k in one]) if one else 1.0
                    weight *= np.prod([labels[k] - (k in one) for k in other]) if other else 1.0
                    shared = len(set(one) & set(other))
                    above += weight * (1 - 2 * shared / (i + j) if i + j else 0.0)
                    below += weight
            total += sizes[i] * sizes[j] / many**2 * (above / below if below else 0.0)
    return total


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=4).filter(sum),
    st.lists(st.integers(0, 9), min_size=1, max_size=5),
)
def test_the_closed_form_is_the_enumeration(sizes, labels):
    found = expected_disagreement(np.array([sizes], float), np.array([labels], float))
    assert found[0] == pytest.approx(enumerated(sizes, labels), abs=1e-12)


def test_multivalued_alpha_of_single_codes_is_nearly_nominal_alpha(frames_of, value_of):
    random = np.random.default_rng(2)
    ratings = [[[c], [c if random.random() < 0.8 else "a"]] for c in random.choice([*"abc"], 300)]
    table = agreement(*frames_of(ratings), coefficients=["multivalued_alpha"])
    found = [value_of(table, name, ALL_CODES) for name in ("multivalued_alpha", "micro_alpha")]
    assert found[0] == pytest.approx(found[1], abs=0.002)


def test_codes_that_somebody_lacked_are_left_out_of_the_sets(frames_of, value_of):
    codings, reviewed = frames_of([[["a"], ["a", "b"]], [["b"], ["b"]], [[], ["a"]]])
    available = pd.DataFrame([("d", "coder 00", "b")], columns=["document", "coder", "code"])
    without = agreement(codings[codings["code"] != "b"], reviewed, coefficients=["masi_alpha"])
    # coder 01 gave b, so b was at hand for both, and nothing is left out
    table = agreement(codings, reviewed, available=available, coefficients=["masi_alpha"])
    assert value_of(table, "masi_alpha", ALL_CODES, "reason").startswith("no interval")
    only = codings[(codings["coder"] == "coder 00") | (codings["code"] != "b")]
    table = agreement(only, reviewed, available=available, coefficients=["masi_alpha"])
    assert value_of(table, "masi_alpha", ALL_CODES, "reason").startswith("1 codes that not every")
    assert value_of(table, "masi_alpha", ALL_CODES) == value_of(without, "masi_alpha", ALL_CODES)


def test_the_bootstrap_of_sets_equals_explicit_resampling(frames_of, value_of):
    random = np.random.default_rng(8)
    ratings = [[[c for c in "abc" if random.random() < 0.4] for _ in range(2)] for _ in range(90)]
    documents = [f"d{at % 6}" for at in range(90)]
    table = agreement(
        *frames_of(ratings, documents), coefficients=["jaccard_alpha"], interval="bootstrap",
        resamples=40, seed=3,
    )  # fmt: skip
    drawn = np.random.default_rng(3).integers(0, 6, (40, 6), dtype=np.int32)
    values = []
    for draw in drawn:
        times = Counter(draw.tolist())
        rows = [
            row for row, d in zip(ratings, documents, strict=True) for _ in range(times[int(d[1])])
        ]
        values.append(by_hand(rows, lambda a, b: set_distance(a, b, "jaccard")))
    value, high = (value_of(table, "jaccard_alpha", ALL_CODES, c) for c in ("value", "high"))
    assert high - value == pytest.approx(2.570582 * np.std(values, ddof=1), rel=1e-6)
