"""Words side by side, against NLTK's own finder on the texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from nltk.collocations import BigramCollocationFinder
from nltk.metrics import BigramAssocMeasures

from qualkit.analysis.collocations import collocations
from qualkit.errors import OptionError


def said(*texts: str) -> pd.DataFrame:
    rows = [("d", f"s{number}", text) for number, text in enumerate(texts)]
    return pd.DataFrame(rows, columns=["document", "speaker", "text"])


@pytest.mark.parametrize("window", [2, 4])
def test_the_measures_are_those_of_nltk(window):
    random = np.random.default_rng(3)
    words = np.array(["pay", "low", "the", "care", "worker", "union"])
    texts = [random.choice(words, 12, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.1]) for _ in range(40)]
    table = collocations(said(*map(" ".join, texts)), at_least=1, window=window, top=999)
    finder = BigramCollocationFinder.from_words(
        [word for text in texts for word in [*text, *[None] * (window - 1)]], window_size=window
    )
    finder.N = 40 * 12  # NLTK counts the padding as words
    for row in table.to_dict("records"):
        pair = row["word_a"], row["word_b"]
        assert row["n"] == finder.ngram_fd[pair]
        counts = row["n"] / (window - 1), (row["n_a"], row["n_b"]), 480
        assert row["pmi"] == pytest.approx(BigramAssocMeasures.pmi(*counts))
        ratio = BigramAssocMeasures.likelihood_ratio(*counts)
        assert row["likelihood_ratio"] == pytest.approx(ratio)
    assert table["likelihood_ratio"].is_monotonic_decreasing
    assert (table["pmi"] > 0).all()


def test_no_pair_reaches_over_two_utterances():
    table = collocations(said("the low", "pay is", "low tide"), at_least=1)
    assert ("low", "pay") not in set(zip(table["word_a"], table["word_b"], strict=True))


def test_rare_pairs_are_below_the_floor():
    texts = ["minimum wage"] * 3 + ["sick pay"]
    assert collocations(said(*texts), at_least=2)["word_a"].tolist() == ["minimum"]
    assert set(collocations(said(*texts), at_least=1, order="pmi")["word_a"]) == {"minimum", "sick"}


def test_a_pair_of_one_speaker_is_marked():
    table = collocations(said("sick pay, sick pay", "the bus", "the bus"), at_least=2)
    notes = dict(zip(table["word_a"], table["note"], strict=True))
    assert notes == {"sick": "only one speaker", "the": ""}
    apart = said("sick pay, sick pay", "the bus", "the bus").assign(document=["d", "e", "f"])
    table = collocations(apart, at_least=2).set_index("word_a")
    assert table.loc["sick", "note"] == "only one speaker, only one document"
    assert table.loc["the", ["speakers", "documents"]].tolist() == [2, 2]


def test_stop_words_and_a_word_choose_what_is_shown_and_change_no_number():
    talk = said("the minimum wage is not the living wage", "the minimum wage", "not the bus")
    whole = collocations(talk, at_least=1, top=99)
    fewer = collocations(talk, at_least=1, stop_words=["THE"], top=99)
    around = collocations(talk, at_least=1, containing="Wage", top=99)
    assert "the" not in {*fewer["word_a"], *fewer["word_b"]}
    assert set(around["word_a"]) | set(around["word_b"]) == {"minimum", "living", "wage", "is"}
    for part in (fewer, around):
        merged = part.merge(whole, on=["word_a", "word_b"])
        assert (merged["pmi_x"] == merged["pmi_y"]).all()
        assert len(merged) == len(part)


def test_nothing_said_gives_an_empty_table():
    assert list(collocations(said()).columns) == [
        "word_a", "word_b", "n", "n_a", "n_b", "pmi", "likelihood_ratio", "speakers", "documents",
        "note",
    ]  # fmt: skip
    assert collocations(said("", "one")).empty


@pytest.mark.parametrize(
    "options", [{"order": "luck"}, {"window": 1}, {"window": 11}, {"at_least": 0}, {"top": 0}]
)
def test_what_cannot_be_is_refused(options):
    with pytest.raises(OptionError):
        collocations(said("a b"), **options)
