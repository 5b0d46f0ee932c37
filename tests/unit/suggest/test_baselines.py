import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from qualkit.suggest.baselines import PlainTfidf, PrevalenceOrder
from qualkit.suggest.material import label_matrix
from tests.unit.suggest.studies import study


def test_labels_of_places_and_codes_elsewhere_are_left_out():
    places = pd.DataFrame({"document": ["a", "b"], "position": [1, 1]})
    rows = [("a", 1, "Pay"), ("a", 2, "Pay"), ("b", 1, "New"), ("b", 1, "Rota"), ("b", 1, "Rota")]
    codings = pd.DataFrame(rows, columns=["document", "position", "code"])
    assert label_matrix(places, codings, ["Pay", "Rota"]).tolist() == [[1, 0], [0, 1]]


def test_prevalence_order_says_of_everything_how_frequent_a_code_is():
    utterances, codings, reviewed = study()
    model = PrevalenceOrder().fit(utterances, codings, reviewed)
    scores = model.score(utterances)
    share = codings["code"].value_counts() / len(reviewed)
    for code in scores.columns:
        assert (scores[code] == share[code]).all()


def test_prevalence_order_offers_as_many_codes_as_make_the_best_micro_f1():
    """One code on every utterance, one on every tenth: offering the first alone is best."""
    utterances = pd.DataFrame({"document": "d", "position": range(1, 11), "text": "x"})
    all_of_them = utterances[["document", "position"]].assign(code="All")
    codings = pd.concat([all_of_them, all_of_them.head(1).assign(code="One")])
    offers = PrevalenceOrder().fit(utterances, codings, utterances).offers(utterances)
    assert offers["code"].tolist() == ["All"] * 10


def test_plain_tfidf_is_the_ten_lines_of_scikit_learn():
    utterances, codings, reviewed = study()
    scores = PlainTfidf().fit(utterances, codings, reviewed).score(utterances)
    features = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(
        utterances["text"]
    )
    labels = label_matrix(utterances, codings, ["Rota"])[:, 0]
    model = LogisticRegression(class_weight="balanced", solver="liblinear", max_iter=200)
    expected = model.fit(features, labels).predict_proba(features)[:, 1]
    np.testing.assert_allclose(scores["Rota"], expected, atol=1e-4)


def test_no_more_than_top_codes_are_offered_best_first():
    utterances, codings, reviewed = study()
    model = PlainTfidf().fit(utterances, codings, reviewed)
    offers = model.offers(utterances, top=1)
    assert not offers.duplicated(["document", "position"]).any()
    best = model.score(utterances).idxmax(axis=1)
    rows = pd.MultiIndex.from_frame(offers[["document", "position"]])
    assert (best.loc[rows].to_numpy() == offers["code"].to_numpy()).all()


def test_texts_without_a_word_leave_the_shares():
    utterances = pd.DataFrame({"document": "d", "position": [1, 2], "text": ["", "?"]})
    codings = pd.DataFrame({"document": "d", "position": [1], "code": "Pay"})
    scores = PlainTfidf().fit(utterances, codings, utterances).score(utterances)
    assert scores["Pay"].tolist() == [0.5, 0.5]
