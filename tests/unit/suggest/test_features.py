import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from qualkit.suggest.features import WordFeatures

TEXTS = ["the pay is low", "low low pay", "we left the house", "the garden", ""]


def features(texts=TEXTS, markers=None):
    return WordFeatures(markers or {}).fit(texts, [None] * len(texts))


def test_words_and_pairs_are_weighed_as_scikit_learn_weighs_them():
    found = features().transform(TEXTS, [None] * 5).sparse.toarray()
    edged = [f"zzstart {text} zzend" if text else "" for text in TEXTS]
    oracle = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, norm=None)
    weights = oracle.fit_transform(edged).toarray()
    names = oracle.get_feature_names_out()
    weights = weights * [0.7 if " " in name else 1 for name in names]
    kept = [k for k, name in enumerate(names) if name not in ("zzstart", "zzend")]
    norm = np.sqrt((weights[:, kept] ** 2).sum(axis=1, keepdims=True))
    wanted = weights[:, kept] / np.where(norm > 0, norm, 1)
    assert np.allclose(found @ found.T, wanted @ wanted.T, atol=1e-5)


def test_the_gram_matrix_is_the_product_of_all_features():
    words = features().transform(TEXTS, [None] * 5)
    whole = np.hstack([words.sparse.toarray(), words.parts])
    assert np.allclose(words.gram(), whole @ whole.T, atol=1e-5)
    assert np.allclose(words.times(whole.T.astype(np.float32)), whole @ whole.T, atol=1e-5)
    ones = np.ones((5, 2), np.float32)
    assert np.allclose(words.transposed_times(ones), whole.T @ ones, atol=1e-5)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.text("ab ?é工'\u061f", max_size=12), min_size=1, max_size=6), st.integers(0, 999)
)
def test_the_lean_form_scores_as_the_whole_one(texts, seed):
    learned = WordFeatures({"m": ["a b"]}).fit([*TEXTS, *texts], [None] * (5 + len(texts)))
    whole, lean = (make(texts, [None] * len(texts)) for make in (learned.transform, learned.lean))
    weights = np.random.default_rng(seed).normal(size=(learned.count, 3)).astype(np.float32)
    assert np.allclose(lean.times(weights), whole.times(weights), atol=1e-5)
    rows = np.array([len(texts) - 1, 0])
    assert np.allclose(lean.times(weights, rows), whole.times(weights, rows), atol=1e-5)
    assert lean.asks.tolist() == ["?" in text or "\u061f" in text for text in texts]


def test_words_that_share_a_beginning_are_alike_by_their_parts():
    words = features(["carer"]).transform(["caring", "garden"], [None, None])
    known = features(["carer"]).transform(["carer"], [None]).parts[0]
    assert words.parts[0] @ known > words.parts[1] @ known + 0.02


def test_a_marker_counts_where_it_is_found_or_given():
    learned = features(markers={"m": ["low pay"], "none": []})
    found = learned.transform(["so low  pay", "nothing", "an entry"], [None] * 3, [None, "m"])
    assert found.sparse[:, -1].toarray().ravel().tolist() == [1, 0, 1]


def test_unknown_words_and_empty_texts_give_rows_of_nought():
    found = features().transform(["zzz", ""], [None, None])
    assert found.sparse.toarray().max() == 0
    assert found.size.tolist() == [1, 0]
    assert found.parts[1].max() == 0


def test_a_word_in_the_entries_of_all_codes_tells_less_than_one_in_a_single_entry():
    learned = features(["care pay", "care home", "care now"])
    codes = np.array([0, 1, 2])
    found = learned.entries(["care pay", "care home", "care now"], "english", codes, [None] * 3)
    plain = learned.transform(["care pay"], ["english"])
    care = learned.stems_["care"]
    assert found.sparse[0, care] < plain.sparse[0, care]
    assert not found.parts.any()
    assert learned.entries(["care"], None, codes[:1], [None]).parts.any()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text("ab ?é工'", max_size=12), min_size=1, max_size=6), st.integers(0, 999))
def test_what_words_add_is_what_the_text_scores(texts, seed):
    learned = WordFeatures({"m": ["a b"]}).fit(texts, ["english"] * len(texts))
    words = learned.transform(texts[:1], ["english"])
    width = words.sparse.shape[1] + words.parts.shape[1]
    weights = np.random.default_rng(seed).normal(size=(width, 2)).astype(np.float32)
    parts = [value for _, _, value in learned.contributions(texts[0], "english", weights)]
    assert np.allclose(np.sum([np.zeros(2), *parts], axis=0), words.times(weights)[0], atol=1e-4)


def test_contributions_are_named_as_the_words_are_written():
    learned = features(["low pay is low"])
    size = learned.transform(["x"], [None])
    weights = np.ones((size.sparse.shape[1] + size.parts.shape[1], 1), np.float32)
    names = [name for name, _, _ in learned.contributions("LOW Pay", None, weights)]
    assert {"LOW", "Pay", "LOW Pay"} == set(names)


def test_a_pair_must_occur_in_two_texts_where_there_are_many():
    texts = [f"same pair {chr(97 + n % 26)}{n}" for n in range(500)]
    learned = features(texts)
    assert len(learned.pairs_) < 30
    assert learned.transform(["same pair"], [None]).sparse.nnz == pytest.approx(4, abs=1)
