from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from qualkit.analysis.saturation import saturation
from qualkit.errors import OptionError


def of(presence):
    """Frames of documents that hold these codes."""
    utterances = pd.DataFrame({"document": list(presence), "position": 1})
    rows = [(document, 1, code) for document, codes in presence.items() for code in codes]
    return pd.DataFrame(rows, columns=["document", "position", "code"]), utterances


SMALL = {"a": "xyz", "b": "xw", "c": "", "d": "v", "e": "xyzwv"}


def test_new_codes_and_totals_by_hand():
    table = saturation(*of(SMALL), base=2, run=2)
    assert table["codes"].tolist() == [3, 2, 0, 1, 5]
    assert table["new"].tolist() == [3, 1, 0, 1, 0]
    assert table["total"].tolist() == [3, 4, 4, 5, 5]
    assert table["new_codes"].tolist() == ["x; y; z", "w", "", "v", ""]
    assert table.attrs["codes"] == 5


def test_the_mean_over_all_orders_is_exact_and_the_band_holds_it():
    table = saturation(*of(SMALL), permutations=4000)
    sets = [set(codes) for codes in SMALL.values()]
    totals = np.array(
        [[len(set().union(*order[: i + 1])) for i in range(5)] for order in permutations(sets)]
    )
    np.testing.assert_allclose(table["expected"], totals.mean(axis=0))
    low, high = np.quantile(totals, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(table["low"], low, atol=1)
    np.testing.assert_allclose(table["high"], high, atol=1)
    assert (table["low"] <= table["expected"]).all()
    assert (table["expected"] <= table["high"] + 1e-9).all()


def test_the_stopping_rule_compares_a_run_with_the_base():
    # Guest, Namey & Chen (2020): base of 4 with 20 codes; new codes 2, 1, 0, 0 after it
    presence, made = {}, 0
    for number, new in enumerate([8, 6, 4, 2, 2, 1, 0, 0]):
        presence[f"i{number}"] = [f"c{n}" for n in range(made, made + new)] or ["c0"]
        made += new
    table = saturation(*of(presence))
    assert table["new_in_run"].tolist()[:5] == [pd.NA] * 5
    assert table["new_in_run"].tolist()[5:] == [3, 1, 0]
    np.testing.assert_allclose(table["new_information"][5:], [3 / 20, 1 / 20, 0])
    assert table.attrs["reached"] == 7
    assert saturation(*of(presence), threshold=0).attrs["reached"] == 8
    assert saturation(*of(presence), base=6, run=3).attrs["reached"] is None


def test_the_order_can_be_said():
    table = saturation(*of(SMALL), order=["e", "d", "c", "b", "a", "unknown"])
    assert table["document"].tolist() == list("edcba")
    assert table["total"].tolist() == [5] * 5
    with pytest.raises(OptionError, match="the order lacks the document 'c'"):
        saturation(*of(SMALL), order=["a", "b"])


def test_a_theme_is_there_when_a_code_below_it_is(study, parents):
    codings, utterances = study()
    table = saturation(codings, utterances, parents=parents, level="theme")
    assert table.attrs["codes"] == 2
    assert table["new_codes"].iloc[0] == "Pay; Respect"


def test_the_seed_decides_the_band():
    presence = {f"d{n}": [f"c{m}" for m in range(n % 5, n)] for n in range(15)}
    one, same, other = (saturation(*of(presence), seed=seed, permutations=30) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert one["low"].tolist() != other["low"].tolist()


def test_no_document_gives_an_empty_table(study):
    codings, utterances = study()
    table = saturation(codings[:0], utterances[:0])
    assert len(table) == 0
    assert table.attrs["reached"] is None


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"level": "word"}, "level: there is no level 'word'"),
        ({"base": 0}, "base: 0 is too few"),
        ({"threshold": 5}, "threshold: 5 is no share"),
    ],
)
def test_bad_options_are_refused(options, sentence):
    with pytest.raises(OptionError, match=sentence):
        saturation(*of(SMALL), **options)
