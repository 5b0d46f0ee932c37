import csv
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from qualkit.errors import NotEnoughError, OptionError, UnknownNameError
from qualkit.model import Code, Codebook
from qualkit.suggest import Suggester

SHARED = Path(__file__).parents[3].parent / "shared"

PAY = ["The pay is too low", "Low wages again", "We were paid a poor wage", "Wages never rise"]
GARDEN = ["We planted beans", "Roses in the garden", "The garden needs rain", "Beans and roses"]


def study(documents=4):
    """Return utterances, codings and reviewed utterances of a small study about pay."""
    rows = [
        (f"d{number}", place, text)
        for number in range(documents)
        for place, text in enumerate(PAY + GARDEN, start=1)
    ]
    utterances = pd.DataFrame(rows, columns=["document", "position", "text"])
    is_pay = utterances["text"].isin(PAY)
    codings = utterances.loc[is_pay, ["document", "position"]].assign(code="pay", coder="Ana")
    return utterances, codings, utterances[["document", "position"]]


def book():
    return Codebook(
        "c",
        (
            Code("c_pay", "pay", definition="Wages and what people earn"),
            Code("c_garden", "garden", definition="Plants, beans, roses", markers=("compost*",)),
            Code("c_old", "old", definition="Wages", retired=True),
        ),
    )


def new(*texts):
    places = range(1, len(texts) + 1)
    return pd.DataFrame({"document": "new", "position": places, "text": texts})


def test_importing_the_package_loads_neither_scikit_learn_nor_nltk():
    script = "import sys, qualkit.suggest; sys.exit(bool({'sklearn', 'nltk'} & set(sys.modules)))"
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, check=False)
    assert done.returncode == 0


def test_an_unknown_name_of_the_package_is_an_attribute_error():
    import qualkit.suggest  # noqa: PLC0415

    with pytest.raises(AttributeError, match="Guesser"):
        _ = qualkit.suggest.Guesser


def test_parameters_are_kept_and_cloned_the_way_scikit_learn_does():
    suggester = Suggester(minimum=7, threshold=0.6, language="german")
    assert clone(suggester).get_params() == suggester.get_params()
    assert suggester.get_params()["minimum"] == 7


def test_a_code_with_enough_codings_is_learned_and_ranks_what_it_fits_first():
    suggester = Suggester().fit(*study(), book())
    scores = suggester.score(new("wages are low", "roses and beans"))
    assert suggester.basis_.to_dict() == {"pay": "codings", "garden": "codebook"}
    assert suggester.counts_.to_dict() == {"pay": 16, "garden": 0}
    assert scores["pay"].iloc[0] > 0.6
    assert scores["pay"].iloc[0] > scores["pay"].iloc[1] + 0.2
    assert (scores["garden"] < 0.2).all()
    assert scores.index.names == ["document", "position"]
    assert scores.dtypes.unique().tolist() == [np.dtype("float64")]


def test_a_code_with_too_few_codings_is_ranked_by_the_codebook_and_says_so():
    utterances, codings, reviewed = study()
    garden = codings.head(3).assign(code="garden")
    garden["position"] = 5
    garden["document"] = ["d0", "d1", "d2"]
    both = pd.concat([codings, garden])
    suggester = Suggester(threshold=0.3).fit(utterances, both, reviewed, book())
    offers = suggester.offers(new("They planted beans and roses")).set_index("code").loc["garden"]
    assert offers["basis"] == "codebook"
    assert np.isnan(offers["probability"])
    assert offers["note"] == "not enough codings yet (3 of 5)"


def test_without_codings_every_code_is_ranked_by_the_codebook():
    utterances, codings, reviewed = study()
    for looked_at in (reviewed, reviewed.head(0)):
        suggester = Suggester(threshold=0.3).fit(utterances, codings.head(0), looked_at, book())
        texts = new("They earn poor wages", "We turned the composting heap", "Hello")
        offers = suggester.offers(texts)
        assert offers[["position", "code"]].to_numpy().tolist() == [[1, "pay"], [2, "garden"]]
        assert offers["probability"].isna().all()
        assert suggester.notes_["pay"] == "not enough codings yet (0 of 5)"


def test_a_retired_code_is_never_offered():
    assert "old" not in Suggester().fit(*study(), book()).codes_


def test_codings_may_name_a_code_by_its_id_and_answers_come_by_name():
    utterances, codings, reviewed = study()
    by_id = codings.assign(code="c_pay")
    suggester = Suggester().fit(utterances, by_id, reviewed, book())
    assert suggester.counts_.to_dict() == {"pay": 16, "garden": 0}
    assert "pay" in suggester.offers(utterances)["code"].tolist()
    assert "pay" not in suggester.offers(utterances, exclude=by_id)["code"].tolist()
    assert not suggester.explain("low wages", "c_pay").empty


def test_a_code_that_the_codebook_does_not_know_is_learned_all_the_same():
    suggester = Suggester().fit(*study())
    assert suggester.codes_ == ["pay"]


def test_codings_outside_the_reviewed_utterances_teach_nothing():
    utterances, codings, reviewed = study()
    some = reviewed[reviewed["document"] == "d0"]
    assert Suggester().fit(utterances, codings, some, book()).counts_["pay"] == 4


def test_two_coders_on_one_utterance_count_once():
    utterances, codings, reviewed = study()
    both = pd.concat([codings, codings.assign(coder="Ben")])
    assert Suggester().fit(utterances, both, reviewed).counts_["pay"] == 16


def test_a_code_applied_everywhere_is_not_learned_and_says_why():
    utterances, _, reviewed = study()
    everywhere = reviewed.assign(code="all")
    suggester = Suggester().fit(utterances, everywhere, reviewed)
    assert suggester.basis_["all"] == "codebook"
    assert "applied to all 32 reviewed utterances" in suggester.notes_["all"]


def test_neither_codings_nor_codebook_is_not_enough():
    utterances, codings, reviewed = study()
    with pytest.raises(NotEnoughError, match="neither a coding"):
        Suggester().fit(utterances, codings.head(0), reviewed)


def test_what_is_coded_already_is_not_offered_again():
    suggester = Suggester().fit(*study(), book())
    texts = new("low wages", "low wages")
    done = pd.DataFrame({"document": ["new", "gone"], "position": [1, 1], "code": ["pay", "pay"]})
    assert suggester.offers(texts, exclude=done)["position"].tolist() == [2]


def test_offers_are_ranked_from_one_and_no_more_than_top():
    codes = tuple(Code(f"c{n}", f"{n} bean {'rose ' * n}") for n in range(4))
    utterances, codings, reviewed = study()
    suggester = Suggester(threshold=0.02)
    suggester.fit(utterances, codings.head(0), reviewed, Codebook("c", codes))
    texts = new("bean rose", "nothing of it", "rose bean")
    offers = suggester.offers(texts, top=2)
    assert offers["rank"].tolist() == [1, 2, 1, 2]
    assert offers["position"].tolist() == [1, 1, 3, 3]
    scores = suggester.score(texts).to_numpy()
    wanted = [suggester.codes_[place] for row in (0, 2) for place in np.argsort(-scores[row])[:2]]
    assert offers["code"].tolist() == wanted


def test_an_empty_or_missing_text_gets_no_offer():
    suggester = Suggester().fit(*study(), book())
    assert suggester.offers(new("", None, "..."), top=5).empty


def test_no_utterances_give_empty_tables_with_all_columns():
    suggester = Suggester().fit(*study(), book())
    assert suggester.score(new()).shape == (0, 2)
    assert suggester.offers(new()).columns.tolist() == [
        "document", "position", "code", "probability", "rank", "basis", "note",
    ]  # fmt: skip


def test_a_stricter_threshold_offers_no_more_than_a_laxer_one():
    lax = Suggester(threshold=0.3).fit(*study())
    strict = Suggester(threshold=1.0).fit(*study())
    assert strict.thresholds_["pay"] > lax.thresholds_["pay"] >= 0.08


def test_explain_names_the_words_for_and_against_as_they_are_written():
    suggester = Suggester().fit(*study(), book())
    reasons = suggester.explain("WAGES for the garden", "pay")
    weights = reasons[reasons["basis"] == "codings"].set_index("word")["weight"]
    assert weights["WAGES"] > 0 > weights["garden"]
    by_codebook = reasons[reasons["basis"] == "codebook"].set_index("word")["weight"]
    assert by_codebook["WAGES"] > 0
    assert reasons["weight"].abs().is_monotonic_decreasing


@pytest.mark.parametrize("code", ["pay", "garden"])
@pytest.mark.parametrize("text", ["low wages in the garden", "all that Composting?!", "zzz", ""])
def test_explain_adds_up_to_the_log_odds_of_the_score(code, text):
    suggester = Suggester().fit(*study(), book())
    probability = suggester.score(new(text))[code].iloc[0]
    total = suggester.explain(text, code)["weight"].sum()
    assert total == pytest.approx(np.log(probability / (1 - probability)), abs=1e-4)


def test_explain_of_a_place_counts_what_stands_around_it():
    suggester = Suggester().fit(*study(), book())
    talk = new("How is the pay?", "Low", "Roses, mostly").assign(speaker=["Q", "Ana", "Ana"])
    probability = suggester.score(talk)["pay"].iloc[1]
    reasons = suggester.explain(("new", 2), "pay", talk)
    assert reasons["weight"].sum() == pytest.approx(
        np.log(probability / (1 - probability)), abs=1e-4
    )
    assert {"before", "after", "setting", "share"} <= set(reasons["basis"])


def test_explain_before_anything_is_coded_adds_up_to_the_likeness():
    utterances, codings, reviewed = study()
    suggester = Suggester().fit(utterances, codings.head(0), reviewed.head(0), book())
    likeness = suggester.score(new("poor wages"))["pay"].iloc[0]
    assert 0 < likeness < 1
    assert suggester.explain("poor wages", "pay")["weight"].sum() == pytest.approx(
        likeness, abs=1e-5
    )


def test_explain_of_a_place_that_is_not_there_is_refused():
    suggester = Suggester().fit(*study(), book())
    with pytest.raises(UnknownNameError, match="no utterance 9"):
        suggester.explain(("new", 9), "pay", new("wages"))
    with pytest.raises(UnknownNameError, match="no utterance 1"):
        suggester.explain(("new", 1), "pay")
    known = study()[0]
    probability = suggester.score(known)["pay"].iloc[8]
    reasons = suggester.explain(("d1", 1), "pay")
    assert reasons["weight"].sum() == pytest.approx(
        np.log(probability / (1 - probability)), abs=1e-4
    )


def test_explain_shows_the_marker_that_hit():
    reasons = Suggester().fit(*study(), book()).explain("all that Composting", "garden")
    assert reasons.loc[reasons["basis"] == "marker", "word"].tolist() == ["Composting"]


def test_nearest_shows_what_was_coded_alike():
    suggester = Suggester().fit(*study(), book())
    found = suggester.nearest("Low wages!", "pay", top=2)
    assert found["text"].tolist() == ["Low wages again"] * 2
    assert found["likeness"].between(0.3, 1).all()
    assert suggester.nearest("zzz", "pay").empty
    assert suggester.nearest("compost", "garden").empty


def test_explain_of_an_unknown_code_names_those_it_knows():
    with pytest.raises(UnknownNameError, match="pay, garden"):
        Suggester().fit(*study(), book()).explain("x", "nonsense")


def test_the_same_input_gives_the_same_scores_also_after_pickling():
    first, second = Suggester().fit(*study(2), book()), Suggester().fit(*study(2), book())
    texts = new("wages", "garden work", "")
    pd.testing.assert_frame_equal(first.score(texts), second.score(texts))
    again = pickle.loads(pickle.dumps(first))
    pd.testing.assert_frame_equal(first.score(texts), again.score(texts))


def test_scores_in_blocks_equal_scores_at_once(monkeypatch):
    suggester = Suggester().fit(*study(), book())
    texts = new(*PAY, *GARDEN)
    texts = pd.concat([texts, texts.assign(document="newer")], ignore_index=True)
    whole = suggester.score(texts)
    monkeypatch.setattr("qualkit.suggest.fitted._BLOCK", 3)
    pd.testing.assert_frame_equal(whole, suggester.score(texts), atol=1e-6)


def test_all_codings_in_one_document_still_give_finite_scores():
    utterances, codings, reviewed = study()
    one = codings[codings["document"] == "d1"]
    suggester = Suggester(minimum=4).fit(utterances, one, reviewed)
    assert np.isfinite(suggester.score(utterances).to_numpy()).all()


def test_utterances_without_a_single_word_do_not_break_the_fit():
    utterances, codings, reviewed = study()
    suggester = Suggester().fit(utterances.assign(text="..."), codings, reviewed)
    assert np.isfinite(suggester.score(new("hello", "")).to_numpy()).all()


def test_position_numbers_of_another_width_are_the_same_positions():
    utterances, codings, reviewed = study()
    narrow = codings.astype({"position": "int32"})
    assert Suggester().fit(utterances, narrow, reviewed).counts_["pay"] == 16


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"minimum": 1}, "minimum must be 2 or more"),
        ({"threshold": 0.0}, "threshold must be above 0"),
        ({"threshold": 1.1}, "threshold must be above 0"),
        ({"language": "klingon"}, "no stemmer for the language 'klingon'"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(parameters, words):
    with pytest.raises(OptionError, match=words):
        Suggester(**parameters).fit(*study())


def test_a_missing_column_and_a_doubled_utterance_are_named():
    utterances, codings, reviewed = study()
    with pytest.raises(OptionError, match="codings: lacks the column code"):
        Suggester().fit(utterances, codings.drop(columns="code"), reviewed)
    with pytest.raises(OptionError, match="utterance 1 of 'd0' stands twice"):
        Suggester().fit(pd.concat([utterances, utterances.head(1)]), codings, reviewed)
    with pytest.raises(OptionError, match="top must be 1 or more"):
        Suggester().fit(*study()).offers(utterances, top=0)


def test_before_fit_it_says_that_it_has_learned_nothing():
    with pytest.raises(NotEnoughError, match="call fit first"):
        Suggester().score(new("x"))


def _corpus(name):
    path = SHARED / "corpora" / f"{name}.csv"
    if not path.exists():
        pytest.skip("../shared is not here")
    with path.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["coder"] and row["text"].strip()]
    frame = pd.DataFrame(rows).drop_duplicates(["document_id", "utterance_index"])
    frame = frame.rename(columns={"document_id": "document", "utterance_index": "position"})
    frame["position"] = frame["position"].astype(int)
    codings = frame.assign(code=frame["codes"].str.split("|")).explode("code")
    codings = codings.loc[codings["code"] != "", ["document", "position", "code"]]
    enough = codings["code"].value_counts()
    codings = codings[codings["code"].isin(enough[enough >= 10].index)]
    return frame[["document", "position", "text"]].reset_index(drop=True), codings


def _error_of_calibration(scores, truth):
    """Return the mean gap between what was said and what was true, over tenths of probability."""
    tenth = np.minimum(np.floor(scores * 10), 9)  # a score of 1 belongs to the last tenth
    table = pd.DataFrame({"said": scores, "true": truth}).groupby(tenth)
    means, sizes = table.mean(), table.size()
    return float(((means["said"] - means["true"]).abs() * sizes).sum() / sizes.sum())


@pytest.mark.parametrize("name", ["osfg", "pdpilot"])
def test_on_documents_held_out_it_is_calibrated_and_ranks_like_a_plain_balanced_model(name):
    utterances, codings = _corpus(name)
    documents = sorted(utterances["document"].unique())
    held_out = utterances["document"].isin(documents[: max(1, len(documents) // 3)])
    train, test = utterances[~held_out], utterances[held_out]
    suggester = Suggester().fit(train, codings, train)
    codes = suggester.basis_.index[suggester.basis_ == "codings"]
    flags = codings.assign(is_on=1).pivot_table(
        index=["document", "position"], columns="code", values="is_on", fill_value=0
    )
    known = [pd.MultiIndex.from_frame(f[["document", "position"]]) for f in (train, test)]
    taught, truth = (flags.reindex(i, fill_value=0)[codes].to_numpy() for i in known)
    ours = suggester.score(test)[codes].to_numpy()
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    x, z = words.fit_transform(train["text"]), words.transform(test["text"])
    plain = np.column_stack(
        [
            LogisticRegression(class_weight="balanced", solver="liblinear")
            .fit(x, y)
            .predict_proba(z)[:, 1]
            for y in taught.T
        ]
    )
    there = truth.any(axis=0)
    own = average_precision_score(truth[:, there], ours[:, there])
    other = average_precision_score(truth[:, there], plain[:, there])
    error = _error_of_calibration(ours.ravel(), truth.ravel())
    assert own > 1.1 * other
    assert error < 0.05
    assert error < _error_of_calibration(plain.ravel(), truth.ravel()) / 3


def _quick(texts, labels, documents=None, **more):
    """Fit on texts whose codes are given as sets of names."""
    documents = documents or [f"d{n % 4}" for n in range(len(texts))]
    frame = pd.DataFrame({"document": documents, "position": range(len(texts)), "text": texts})
    rows = [(n, code) for n, codes in enumerate(labels) for code in codes]
    places = frame.loc[[n for n, _ in rows], ["document", "position"]]
    codings = places.assign(code=[code for _, code in rows])
    return Suggester(**more).fit(frame, codings, frame), frame


def _is_fine(suggester, frame):
    scores = suggester.score(frame)
    suggester.offers(frame)
    return bool(
        np.isfinite(scores).all(axis=None)
        and scores.ge(0).all(axis=None)
        and scores.le(1).all(axis=None)
    )


@pytest.mark.parametrize(
    ("texts", "labels", "documents"),
    [
        (["", "a word", None, "..."], [["x"], [], ["y"], []], None),
        (["one", "two", "three"], [["x"], [], ["y"]], ["d", "d", "d"]),
        (["one"], [["x"]], ["d"]),
        (["pay is low", "we left"] * 6, [["only"], []] * 6, None),
        (["pay is low", "we left"] * 6, [["everywhere"]] * 12, None),
        (["word word word word"] * 8, [["x"], []] * 4, None),
        (["word"] * 8, [["x"], []] * 4, None),
        (["\x00 null", "emoji 🙂🙂", "x" * 10_000], [["x"], [], []], None),
        (["今天天气很好", "我们讨论工资", "工资太低"], [[], ["工资"], ["工资"]], None),
    ],
    ids=["empty", "one document", "one utterance", "one code", "code everywhere", "one word",
         "the same text", "odd signs", "no spaces"],
)  # fmt: skip
def test_nothing_breaks_it(texts, labels, documents):
    suggester, frame = _quick(texts, labels, documents)
    assert _is_fine(suggester, frame)


def test_five_thousand_codes_are_borne():
    codes = [f"code {n}" for n in range(5000)]
    texts = [f"this is about thing{n % 50} and thing{n % 7}" for n in range(200)]
    suggester, frame = _quick(texts, [codes[n * 25 : n * 25 + 25] for n in range(200)])
    assert len(suggester.codes_) == 5000
    scores = suggester.score(frame.head(3))
    assert scores.ge(0).all(axis=None)
    assert scores.le(1).all(axis=None)


def test_a_hundred_thousand_different_words_are_borne():
    texts = [" ".join(f"w{n * 500 + k}" for k in range(500)) for n in range(200)]
    suggester, frame = _quick(texts, [["x"] if n % 3 else [] for n in range(200)])
    assert _is_fine(suggester, frame)


def test_the_order_of_rows_makes_no_difference():
    utterances, codings, reviewed = study()
    first = Suggester().fit(utterances, codings, reviewed, book())
    mixed = [
        table.sample(frac=1, random_state=n)
        for n, table in enumerate((utterances, codings, reviewed))
    ]
    second = Suggester().fit(*mixed, book())
    texts = pd.concat([new("wages", "garden work"), new("wages").assign(document="n2")])
    pd.testing.assert_frame_equal(first.score(texts), second.score(texts), check_exact=True)
    turned = second.score(texts[::-1])[::-1]
    pd.testing.assert_frame_equal(first.score(texts), turned, check_exact=True)
    assert first.thresholds_.equals(second.thresholds_)


def test_a_study_too_large_to_learn_at_once_is_learned_in_parts(monkeypatch):
    utterances, codings, reviewed = study(12)
    whole = Suggester().fit(utterances, codings, reviewed, book())
    monkeypatch.setattr("qualkit.suggest.fitted._PART", 30)
    parts = Suggester().fit(utterances, codings, reviewed, book())
    texts = new("wages are low", "roses and beans")
    assert len(parts._fitted.learner._parts) == 4
    difference = parts.score(texts) - whole.score(texts)
    assert difference.abs().max(axis=None) < 0.15
    probability = parts.score(texts)["pay"].iloc[0]
    talk = parts.explain(("new", 1), "pay", texts)["weight"].sum()
    assert talk == pytest.approx(np.log(probability / (1 - probability)), abs=1e-4)


def test_utterances_beside_count_and_may_be_given_as_context():
    talk = ["What about your pay?", "Yes, that.", "And what of the garden?", "Yes, that."] * 4
    labels = [[], ["pay"], [], ["garden"]] * 4
    documents = [f"d{n // 4}" for n in range(16)]
    suggester, _ = _quick(talk, labels, documents, minimum=3)
    fresh = new("What about your pay?", "Yes, that.")
    whole = suggester.score(fresh)
    assert whole["pay"].iloc[1] > 1.2 * whole["garden"].iloc[1]
    alone = suggester.score(fresh.tail(1))
    assert alone["pay"].iloc[0] < whole["pay"].iloc[1]
    pd.testing.assert_frame_equal(suggester.score(fresh.tail(1), context=fresh), whole.tail(1))
    offers = suggester.offers(fresh.tail(1), context=fresh)
    assert offers["position"].unique().tolist() == [2]


def test_what_was_learned_from_need_not_be_given_again():
    utterances, codings, reviewed = study()
    spoken = utterances.assign(speaker=["Q", "Ana"] * 16, role=["q", "carer"] * 16)
    suggester = Suggester().fit(spoken, codings, reviewed, book())
    whole = suggester.score(spoken)
    some = spoken.iloc[[9, 4]][["document", "position", "text"]]
    pd.testing.assert_frame_equal(suggester.score(some), whole.iloc[[9, 4]], atol=1e-6)


def test_who_speaks_counts():
    talk = ["Well, it is so.", "Well, it is so."] * 10
    frame = pd.DataFrame(
        {"document": [f"d{n // 4}" for n in range(20)], "position": range(20), "text": talk,
         "role": ["carer", "manager"] * 10}
    )  # fmt: skip
    codings = frame.loc[frame["role"] == "carer", ["document", "position"]].assign(code="x")
    suggester = Suggester().fit(frame, codings, frame)
    scores = suggester.score(frame.tail(2).assign(document="new"))["x"]
    assert scores.iloc[0] > scores.iloc[1] + 0.3


def test_each_document_is_stemmed_in_its_own_language():
    english = "We have too few people here, and that is what all of them say to me."
    german = "Wir haben zu wenig Leute hier, und das ist es, was sie mir alle sagen."
    frame = pd.DataFrame({"document": ["e", "g"], "position": [1, 1], "text": [english, german]})
    codings = frame[["document", "position"]].assign(code="x")
    suggester = Suggester(minimum=2).fit(frame, codings, frame)
    assert suggester.languages_.to_dict() == {"e": "english", "g": "german"}
    assert Suggester(language=None).fit(frame, codings, frame).languages_.isna().all()


def test_labels_of_new_documents_move_nothing_that_was_learned():
    """Neither calibration nor thresholds nor rarity of words may know what is held out."""
    utterances, codings, _ = study(6)
    train = utterances[utterances["document"] < "d4"]
    test = utterances[utterances["document"] >= "d4"]
    of_test = codings[codings["document"] >= "d4"]
    taught = codings[codings["document"] < "d4"]
    random = np.random.default_rng(1)
    learned = []
    for turned in (of_test, of_test.assign(code=random.permutation(["pay", "other"] * 4))):
        every = pd.concat([taught, turned])
        suggester = Suggester().fit(utterances, every, train, book())
        fitted = suggester._fitted
        scores = suggester.score(test)[["pay", "garden"]]
        learned.append(
            (fitted.calibration, suggester.thresholds_["pay"], scores, fitted.learner.held_out)
        )
    assert learned[0][0] == learned[1][0]
    assert learned[0][1] == learned[1][1]
    pd.testing.assert_frame_equal(learned[0][2], learned[1][2], check_exact=True)
    assert np.array_equal(learned[0][3], learned[1][3])


def test_text_to_be_scored_moves_nothing_that_was_learned():
    utterances, codings, reviewed = study()
    suggester = Suggester().fit(utterances, codings, reviewed, book())
    one = suggester.score(new("low wages"))
    suggester.score(new("wages wages wages", "unheard words", "zzz"))
    pd.testing.assert_frame_equal(one, suggester.score(new("low wages")), check_exact=True)


@settings(deadline=None, max_examples=6)
@given(st.integers(1, 40), st.integers(1, 5), st.integers(0, 10_000))
def test_whatever_is_coded_scores_lie_between_nought_and_one(count, codes, seed):
    random = np.random.default_rng(seed)
    words = ["pay", "garden", "?", "今天", "", "so", "Löhne"]
    texts = [" ".join(random.choice(words, random.integers(0, 9))) for _ in range(count)]
    labels = [[f"c{code}" for code in range(codes) if random.random() < 0.4] for _ in texts]
    if not any(labels):
        labels[0] = ["c0"]
    assert _is_fine(*_quick(texts, labels, [f"d{n % 3}" for n in range(count)]))


def test_the_same_seed_gives_the_same_scores_also_where_documents_are_dealt_by_lot(monkeypatch):
    monkeypatch.setattr("qualkit.suggest.fitted._PART", 30)
    utterances, codings, reviewed = study(12)
    one, two, other = (
        Suggester(random_state=seed).fit(utterances, codings, reviewed, book())
        for seed in (3, 3, 4)
    )
    texts = new("wages are low", "roses and pay")
    pd.testing.assert_frame_equal(one.score(texts), two.score(texts), check_exact=True)
    rows = [[part.rows.tolist() for part in each._fitted.learner._parts] for each in (one, other)]
    assert rows[0] != rows[1]
