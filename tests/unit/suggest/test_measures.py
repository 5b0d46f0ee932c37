import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    precision_score,
    recall_score,
)

from qualkit.suggest import measures
from qualkit.suggest.measures import (
    Estimate,
    average_precision,
    by_document,
    calibration_error,
    jackknife,
    mean_of_codes,
    ratio,
)


def drawn(seed, utterances=60, codes=4, documents=6, levels=None):
    rng = np.random.default_rng(seed)
    scores = rng.random((utterances, codes))
    if levels:
        scores = np.round(scores * levels) / levels
    labels = (rng.random((utterances, codes)) < scores * 0.6).astype(np.int8)
    return scores, labels, rng.integers(0, documents, utterances), documents


@pytest.mark.parametrize("levels", [None, 5, 1])
def test_average_precision_is_that_of_scikit_learn_also_with_ties(levels):
    scores, labels, document, documents = drawn(1, levels=levels)
    found = average_precision(scores, labels, document, documents)
    for code in range(labels.shape[1]):
        expected = average_precision_score(labels[:, code], scores[:, code])
        assert found.value[code] == pytest.approx(expected, abs=1e-12)
        for one in range(documents):
            rest = document != one
            expected = average_precision_score(labels[rest, code], scores[rest, code])
            assert found.left_out[one, code] == pytest.approx(expected, abs=1e-12)


@given(arrays(np.int8, (12, 2), elements=st.integers(0, 1)), st.integers(0, 10**6))
def test_average_precision_of_any_labels_is_that_of_scikit_learn(labels, seed):
    scores = np.random.default_rng(seed).integers(0, 4, (12, 2)) / 4
    document = np.arange(12) % 3
    found = average_precision(scores, labels, document, 3)
    for code in range(2):
        if labels[:, code].any():
            expected = average_precision_score(labels[:, code], scores[:, code])
            assert found.value[code] == pytest.approx(expected, abs=1e-12)
        else:
            assert np.isnan(found.value[code])


def test_average_precision_in_blocks_of_documents_is_the_same(monkeypatch):
    scores, labels, document, documents = drawn(2)
    whole = average_precision(scores, labels, document, documents)
    monkeypatch.setattr(measures, "_AT_ONCE", 1)
    parts = average_precision(scores, labels, document, documents)
    np.testing.assert_allclose(whole.left_out, parts.left_out)


def test_average_precision_without_the_only_document_that_has_the_code_is_not_defined():
    scores, labels = np.array([[0.9], [0.1], [0.5]]), np.array([[1], [0], [0]])
    found = average_precision(scores, labels, np.array([0, 1, 2]), 3)
    assert found.value.tolist() == [1.0]
    assert np.isnan(found.left_out[0, 0])
    assert found.left_out[1:, 0].tolist() == [1.0, 1.0]


def test_ratios_of_sums_are_precision_recall_f1_and_brier_of_scikit_learn():
    scores, labels, document, documents = drawn(3)
    offered = scores > 0.5

    def summed(values):
        return by_document(values, document, documents)

    hit, shown, given_ = summed(offered & (labels == 1)), summed(offered), summed(labels)
    brier = ratio(summed((scores - labels) ** 2), summed(np.ones_like(scores)))
    for code in range(labels.shape[1]):
        truth, guess = labels[:, code], offered[:, code]
        assert ratio(hit, shown).value[code] == pytest.approx(precision_score(truth, guess))
        assert ratio(hit, given_).value[code] == pytest.approx(recall_score(truth, guess))
        assert ratio(2 * hit, shown + given_).value[code] == pytest.approx(f1_score(truth, guess))
        rest = document != 2
        left_out = ratio(2 * hit, shown + given_).left_out[2, code]
        assert left_out == pytest.approx(f1_score(truth[rest], guess[rest]))
        expected = brier_score_loss(truth, scores[:, code])
        assert brier.value[code] == pytest.approx(expected)


def test_a_ratio_of_nothing_is_not_defined():
    found = ratio(np.zeros((2, 1)), np.zeros((2, 1)))
    assert np.isnan(found.value).all()
    assert np.isnan(found.left_out).all()


def slow_calibration_error(p, y):
    total = 0.0
    for tenth in range(10):
        last = tenth == 9
        inside = [(one, is_so) for one, is_so in zip(p, y, strict=True)
                  if tenth <= one * 10 < tenth + 1 or (last and one == 1)]  # fmt: skip
        total += abs(sum(one for one, _ in inside) - sum(is_so for _, is_so in inside))
    return total / len(p)


def test_calibration_error_is_its_definition_for_each_code_pooled_and_left_out():
    scores, labels, document, documents = drawn(4)
    each, pooled = calibration_error(scores, labels, document, documents)
    rest = document != 3
    for code in range(labels.shape[1]):
        expected = slow_calibration_error(scores[:, code], labels[:, code])
        assert each.value[code] == pytest.approx(expected)
        expected = slow_calibration_error(scores[rest, code], labels[rest, code])
        assert each.left_out[3, code] == pytest.approx(expected)
    assert pooled.value[0] == pytest.approx(slow_calibration_error(scores.ravel(), labels.ravel()))


def test_calibration_error_leaves_out_what_has_no_probability():
    p, y = np.array([[0.9], [np.nan], [0.9]]), np.array([[1], [1], [1]])
    each, pooled = calibration_error(p, y, np.zeros(3, dtype=int), 1)
    assert each.value == pytest.approx([0.1])
    assert pooled.value == pytest.approx([0.1])
    each, _ = calibration_error(np.full((3, 1), np.nan), y, np.zeros(3, dtype=int), 1)
    assert np.isnan(each.value[0])


def test_probabilities_of_one_and_nought_are_in_the_last_and_first_class():
    p, y = np.array([[1.0], [0.0]]), np.array([[1], [0]])
    assert calibration_error(p, y, np.zeros(2, dtype=int), 1)[0].value.tolist() == [0.0]


def test_the_jackknife_of_a_mean_of_documents_is_its_textbook_interval():
    """Leaving one out of a mean gives the ordinary t interval (Efron & Tibshirani 1993)."""
    values = np.array([0.2, 0.4, 0.5, 0.55, 0.6, 0.7, 0.3, 0.45, 0.5, 0.6])
    found = ratio(values[:, None], np.ones((10, 1)))
    interval = jackknife(found, 10)
    half = 2.262157 * values.std(ddof=1) / np.sqrt(10)
    assert interval.low[0] == pytest.approx(values.mean() - half)
    assert interval.high[0] == pytest.approx(values.mean() + half)
    assert interval.reason == [None]


@pytest.mark.parametrize(
    ("documents", "reason"),
    [
        (1, "no interval from 1 document, it takes 5"),
        (4, "no interval from 4 documents, it takes 5"),
        (5, "the interval rests on 5 documents only"),
        (9, "the interval rests on 9 documents only"),
        (10, None),
    ],
)
def test_few_documents_give_no_interval_or_a_warning(documents, reason):
    left_out = np.linspace(0.4, 0.6, documents)[:, None]
    interval = jackknife(Estimate(np.array([0.5]), left_out), documents)
    assert interval.reason == [reason]
    assert np.isnan(interval.low[0]) == (documents < 5)


def test_an_interval_that_would_mislead_is_not_given_and_says_why():
    same = jackknife(Estimate(np.array([1.0]), np.ones((6, 1))), 6)
    assert same.reason == ["no interval, as it is the same whichever document is left out"]
    left_out = np.array([[np.nan], *[[0.5]] * 5])
    broken = jackknife(Estimate(np.array([0.5]), left_out), 6)
    assert broken.reason == ["no interval, as it is not defined without one of the documents"]
    undefined = jackknife(Estimate(np.array([np.nan]), left_out), 6)
    assert undefined.reason == [None]
    assert np.isnan([same.low, broken.low, undefined.low]).all()


def test_the_interval_is_cut_at_its_limits_and_a_difference_may_be_negative():
    left_out = np.linspace(0, 1, 10)[:, None]
    interval = jackknife(Estimate(np.array([0.5]), left_out), 10)
    assert (interval.low[0], interval.high[0]) == (0.0, 1.0)
    difference = Estimate(np.array([0.5]), left_out).minus(Estimate(np.array([0.5]), left_out / 2))
    assert jackknife(difference, 10, -1.0).low[0] < 0


def test_the_mean_of_codes_takes_those_that_are_defined():
    found = mean_of_codes(Estimate(np.array([0.2, np.nan]), np.array([[0.1, 0.3], [np.nan] * 2])))
    assert found.value.tolist() == [0.2]
    assert found.left_out[0, 0] == pytest.approx(0.2)
    assert np.isnan(found.left_out[1, 0])
