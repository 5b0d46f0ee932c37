import numpy as np
import pytest

from qualkit.errors import OptionError
from qualkit.model import Code
from qualkit.suggest.codebook_ranker import CodebookRanker
from qualkit.suggest.words import Stems

CODES = [
    Code("pay", "Low pay", definition="what staff earn", exclude="volunteers"),
    Code("staff", "Staffing", definition="how many staff there are", markers=("rota",)),
    Code("empty", "..."),
]


def ranker(codes=CODES, more=None):
    texts = ["They earn little", "A new rota", "Good morning", "volunteers came"]
    return CodebookRanker(codes, more or {}, Stems("english")).fit(texts)


def test_the_entry_that_shares_the_words_is_most_alike():
    alike = ranker().likeness(["earning low pay", "good morning"])
    assert alike[0].argmax() == 0
    assert alike[1].tolist() == [0, 0, 0]


def test_what_a_code_excludes_is_no_likeness():
    assert ranker().likeness(["volunteers"])[0, 0] == 0


def test_a_marker_alone_is_worth_half():
    codes = [*CODES[:1], Code("staff", "Staffing", markers=("rota",))]
    assert ranker(codes).likeness(["the rota"])[0].tolist() == [0.0, 0.5]


def test_utterances_coded_so_far_count_as_examples():
    alike = ranker(more={"...": ["the boiler broke"]}).likeness(["our boiler"])
    assert alike[0].argmax() == 2


def test_a_broken_marker_is_refused():
    with pytest.raises(OptionError, match="agency"):
        ranker([Code("a", "A", markers=("agency *",))]).likeness(["x"])
    with pytest.raises(OptionError, match="regular expression"):
        ranker([Code("a", "A", markers=("/(/",))]).likeness(["x"])


def test_likeness_lies_between_nought_and_one_and_no_text_gives_no_rows():
    codes = [Code("a", "alpha", markers=("alpha",)), Code("b", "beta")]
    alike = ranker(codes).likeness(["alpha alpha", "beta", "", "alpha beta"])
    assert ((alike >= 0) & (alike <= 1)).all()
    assert ranker(codes).likeness([]).shape == (0, 2)


def test_the_parts_of_an_explanation_add_up_to_the_likeness():
    text = "low pay for what we earn"
    found = ranker(CODES[:1])
    parts = sum(weight for _, weight, _ in found.explain(text, 0))
    assert np.isclose(parts, found.likeness([text])[0, 0])
