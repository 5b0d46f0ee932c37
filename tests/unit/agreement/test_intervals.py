import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualkit.agreement import ALL_CODES, agreement, rate
from qualkit.agreement.intervals import jackknife
from qualkit.errors import OptionError

ASKED = ("alpha", "kappa", "fleiss_kappa", "ac1", "percent", "positive_agreement", "prevalence")


def study(frames_of, documents, seed=3, coders=3):
    random = np.random.default_rng(seed)
    ratings, places = [], []
    for document in range(documents):
        error, share = random.uniform(0.05, 0.3), random.uniform(0.2, 0.5)
        for _ in range(30):
            truth = random.random(2) < share
            row = []
            for coder in range(coders):
                seen = truth ^ (random.random(2) < error)
                finished = coder < 2 or random.random() < 0.7
                row.append(
                    [c for c, on in zip("xy", seen, strict=True) if on] if finished else None
                )
            ratings.append(row)
            places.append(f"interview {document:02d}")
    return frames_of(ratings, places)


def without(frame, document):
    return frame[frame["document"] != document]


def test_interval_equals_an_explicit_loop_over_left_out_documents(frames_of):
    codings, reviewed = study(frames_of, 11)
    table = agreement(codings, reviewed, coefficients=ASKED)
    left_out = [
        agreement(without(codings, d), without(reviewed, d), coefficients=ASKED)["value"]
        for d in sorted(reviewed["document"].unique())
    ]
    values = np.array(left_out)
    error = np.sqrt(10 / 11 * ((values - values.mean(axis=0)) ** 2).sum(axis=0))
    half = stats.t.ppf(0.975, 10) * error
    assert len(table) == 2 * (len(ASKED) + 2) + 2
    np.testing.assert_allclose(table["low"], table["value"] - half, atol=1e-12)
    np.testing.assert_allclose(table["high"], np.minimum(table["value"] + half, 1), atol=1e-12)
    assert table["reason"].isna().all()


@pytest.mark.parametrize(("documents", "words"), [(4, "no interval"), (5, "rests on 5"), (9, "9")])
def test_few_documents_give_no_interval_or_a_warning(frames_of, value_of, documents, words):
    table = agreement(*study(frames_of, documents))
    assert words in value_of(table, "alpha", column="reason")
    assert words in value_of(table, "micro_alpha", ALL_CODES, "reason")
    assert math.isnan(value_of(table, "alpha", column="low")) == (documents < 5)
    assert np.isfinite(value_of(table, "alpha"))
    assert value_of(table, "alpha", column="documents") == documents


def test_documents_without_a_shared_utterance_do_not_count(frames_of, value_of):
    codings, reviewed = study(frames_of, 10)
    lonely, seen = study(frames_of, 3, seed=9)
    lonely = lonely[lonely["coder"] == "coder 00"].assign(document="lonely " + lonely["document"])
    seen = seen[seen["coder"] == "coder 00"].assign(document="lonely " + seen["document"])
    before = agreement(codings, reviewed)
    after = agreement(pd.concat([codings, lonely]), pd.concat([reviewed, seen]))
    assert value_of(after, "alpha", column="documents") == 10
    pd.testing.assert_frame_equal(before, after)


def test_no_interval_where_one_document_alone_carries_the_code(compare, value_of):
    ratings = [[["x"], ["x"]], [["x"], []]] + [[[], []]] * 12
    documents = ["first"] * 2 + [f"d{i}" for i in range(12)]
    table = compare(ratings, "alpha", documents=documents)
    assert np.isfinite(value_of(table, "alpha"))
    assert math.isnan(value_of(table, "alpha", column="low"))
    reason = value_of(table, "alpha", column="reason")
    assert reason == (
        "no interval, as it is not defined without one of the documents; "
        "the code stands in 2 utterances of 1 document only"
    )


def test_perfect_agreement_has_no_interval_rather_than_one_of_no_width(compare, value_of):
    ratings = [[["x"], ["x"]], [[], []]] * 12
    documents = [f"d{i // 2}" for i in range(24)]
    table = compare(ratings, "alpha", documents=documents)
    assert value_of(table, "alpha") == 1.0
    assert math.isnan(value_of(table, "alpha", column="high"))
    assert "whichever document is left out" in value_of(table, "alpha", column="reason")


def test_a_code_in_few_documents_is_flagged(compare, value_of):
    pattern = [[["x"], ["x"]], [["x"], []], [[], []], [[], ["x"]]]
    ratings = pattern * 4 + [[[], []]] * 12
    documents = [f"d{i // 4}" for i in range(16)] + [f"e{i}" for i in range(12)]
    table = compare(ratings, "alpha", documents=documents)
    assert np.isfinite(value_of(table, "alpha", column="low"))
    reason = value_of(table, "alpha", column="reason")
    assert reason == "the code stands in 12 utterances of 4 documents only"


def test_the_interval_is_cut_at_the_lowest_and_at_one():
    left_out = np.array([[0.2], [0.9], [0.5], [0.4], [0.6]])
    found = jackknife(np.array([0.5]), left_out, np.ones((5, 1)), lowest=0.0)
    assert (found.low[0], found.high[0]) == (0.0, 1.0)


def test_the_bootstrap_equals_explicit_resampling(frames_of, value_of):
    codings, reviewed = study(frames_of, 7)
    options = {"coefficients": ["alpha", "kappa", "ac1"], "resamples": 30, "seed": 5}
    table = agreement(codings, reviewed, interval="bootstrap", **options)
    names = sorted(reviewed["document"].unique())
    values = []
    for draw in np.random.default_rng(5).integers(0, 7, (30, 7), dtype=np.int32):
        parts = [
            [
                f[f["document"] == names[at]].assign(document=f"copy {n}")
                for n, at in enumerate(draw)
            ]
            for f in (codings, reviewed)
        ]
        values.append(
            agreement(*map(pd.concat, parts), coefficients=options["coefficients"])["value"]
        )
    half = stats.t.ppf(0.975, 6) * np.std(values, axis=0, ddof=1)
    np.testing.assert_allclose(table["high"], np.minimum(table["value"] + half, 1), atol=1e-9)
    assert table.attrs["seed"] == 5


def test_equal_seeds_give_equal_intervals_and_others_do_not(frames_of):
    frames = study(frames_of, 6)
    one, same, other = (
        agreement(*frames, interval="bootstrap", resamples=50, seed=seed)["low"]
        for seed in (1, 1, 2)
    )
    pd.testing.assert_series_equal(one, same)
    assert not np.allclose(one, other, equal_nan=True)


def test_independent_intervals_are_gwets_and_say_what_they_assume(compare, value_of, yes_no):
    rows = [[1, 1]] * 10 + [[1, 0]] * 3 + [[0, 1]] * 2 + [[0, 0]] * 25
    table = compare(yes_no(rows), "alpha", "ac1", "maximum_kappa", interval="independent")
    found = rate([[int(v) for v in row] for row in rows], "ac1")
    assert value_of(table, "ac1") == pytest.approx(found.value)
    assert value_of(table, "ac1", column="low") == pytest.approx(found.low)
    assert value_of(table, "ac1", column="reason").startswith("treats utterances as independent")
    assert math.isnan(value_of(table, "maximum_kappa", column="low"))
    assert math.isnan(value_of(table, "micro_alpha", ALL_CODES, "low"))


def test_the_values_of_each_document_stand_where_there_is_no_interval(compare, value_of):
    ratings = [[["x"], ["x"]], [["x"], []], [[], []], [[], []]] * 3
    table = compare(ratings, "alpha", documents=[f"d{at // 4}" for at in range(12)])
    assert "by document: d0 0.53, d1 0.53, d2 0.53" in value_of(table, "alpha", column="reason")


def test_one_resample_is_no_bootstrap(frames_of):
    with pytest.raises(OptionError, match="resamples: 1 resamples are too few; draw 2 or more"):
        agreement(*study(frames_of, 6), interval="bootstrap", resamples=1)
