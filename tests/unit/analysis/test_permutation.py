from itertools import permutations

import numpy as np
import pytest
from scipy import sparse, stats

from qualkit.analysis.permutation import (
    arrangements,
    by_group,
    by_group_in_documents,
    shuffled_test,
)

COUNT = np.array([[4.0, 1], [3, 0], [5, 1], [1, 1], [0, 0], [1, 2]])
TOTAL = np.array([10.0, 9, 8, 10, 7, 12])
LABELS = np.array([0, 0, 0, 1, 1, 2])


def chi_square(count, total, labels):
    groups = np.unique(labels)
    n = np.array([count[labels == g].sum() for g in groups])
    rest = np.array([total[labels == g].sum() for g in groups]) - n
    return stats.chi2_contingency(np.array([n, rest]), correction=False).statistic


def test_p_equals_brute_enumeration():
    every = list(permutations(LABELS))
    found = shuffled_test(by_group(COUNT, TOTAL, 3), LABELS, 3, permutations=9, seed=1)
    assert found.exact
    for row in (0, 1):
        real = chi_square(COUNT[:, row], TOTAL, LABELS)
        as_large = [
            chi_square(COUNT[:, row], TOTAL, np.array(labels)) >= real - 1e-9 for labels in every
        ]
        assert found.p[row] == pytest.approx(np.mean(as_large))


def test_all_arrangements_come_once():
    every = arrangements([3, 2, 1])
    assert len(every) == 60
    assert len({tuple(row) for row in every.tolist()}) == 60
    assert set(map(tuple, every.tolist())) == set(permutations([0, 0, 0, 1, 1, 2]))


def test_two_groups_of_three_speakers_cannot_go_below_a_tenth():
    count = np.array([[1.0], [1], [1], [0], [0], [0]])
    labels = np.array([0, 0, 0, 1, 1, 1])
    found = shuffled_test(by_group(count, np.ones(6), 2), labels, 2, permutations=99, seed=1)
    assert found.p[0] == pytest.approx(0.1)
    assert found.smallest_p == pytest.approx(0.1)
    assert found.arrangements == 20


def test_random_arrangements_are_near_the_exact_p_and_follow_the_seed():
    random = np.random.default_rng(5)
    count = random.integers(0, 2, (40, 3)).astype(float)
    labels = np.repeat([0, 1], 20)
    counter = by_group(count, np.ones(40), 2)
    found = shuffled_test(counter, labels, 2, permutations=4000, seed=2)
    again = shuffled_test(counter, labels, 2, permutations=4000, seed=2)
    other = shuffled_test(counter, labels, 2, permutations=4000, seed=3)
    assert not found.exact
    assert found.p.tolist() == again.p.tolist()
    assert found.p.tolist() != other.p.tolist()
    for row in range(3):
        table = [
            [count[labels == g, row].sum(), 20 - count[labels == g, row].sum()] for g in (0, 1)
        ]
        assert found.p[row] == pytest.approx(stats.fisher_exact(table).pvalue, abs=0.03)


def test_batches_do_not_change_the_result(monkeypatch):
    labels = np.repeat([0, 1], 20)
    count = np.random.default_rng(5).integers(0, 2, (40, 3)).astype(float)
    whole = shuffled_test(by_group(count, np.ones(40), 2), labels, 2, permutations=500, seed=2)
    monkeypatch.setattr("qualkit.analysis.permutation._CELLS_AT_ONCE", 800)
    parts = shuffled_test(by_group(count, np.ones(40), 2), labels, 2, permutations=500, seed=2)
    assert whole.p.tolist() == parts.p.tolist()


def test_no_test_where_every_group_is_one_speaker_or_nothing_varies():
    lonely = shuffled_test(
        by_group(COUNT[:2], TOTAL[:2], 2), np.array([0, 1]), 2, permutations=99, seed=1
    )
    assert np.isnan(lonely.p).all()
    assert lonely.arrangements == 0
    constant = np.column_stack([np.zeros(6), np.ones(6)])
    found = shuffled_test(by_group(constant, np.ones(6), 3), LABELS, 3, permutations=99, seed=1)
    assert np.isnan(found.p).all()


def test_documents_are_counted_once_per_group_whoever_says_it():
    # speaker 0 and 1 (group 0) both say it in document 0; speaker 2 (group 1) says it in 1.
    said = sparse.csr_array(np.array([[1.0], [1], [0], [1], [0]]))
    speaker, document = np.array([0, 1, 1, 2, 2]), np.array([0, 0, 1, 1, 0])
    count = by_group_in_documents(said, speaker, document, 2)
    assert count.sums(np.array([[0, 0, 1], [0, 1, 1]])).tolist() == [
        [[1, 2], [1, 2]],
        [[1, 1], [2, 2]],
    ]


def test_documents_of_one_speaker_and_of_several_make_the_same_count():
    random = np.random.default_rng(8)
    pairs = np.unique(random.integers(0, [6, 9], (20, 2)), axis=0)
    pairs = np.vstack([pairs, [[2, 9], [5, 10], [5, 11]]])
    speaker, document = pairs.T
    said = (random.random((len(pairs), 3)) < 0.5).astype(float)
    labels = random.integers(0, 2, (4, 6))
    found = by_group_in_documents(sparse.csr_array(said), speaker, document, 2).sums(labels)
    for number, label in enumerate(labels):
        for group in (0, 1):
            mine = label[speaker] == group
            for row in range(3):
                expected = len(set(document[mine & (said[:, row] > 0)]))
                assert found[number, group, row] == expected
            assert found[number, group, 3] == len(set(document[mine]))
