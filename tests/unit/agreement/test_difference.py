import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualkit.agreement import ALL_CODES, agreement, agreement_difference
from qualkit.errors import OptionError, UnknownNameError


@pytest.fixture
def rounds(frames_of):
    """Two rounds on the same eight documents; in the second the coders agree better."""
    random = np.random.default_rng(6)
    parts = []
    for name, error in (("first", 0.3), ("second", 0.05)):
        ratings, documents = [], []
        for document in range(8):
            for _ in range(20):
                truth = random.random(2) < 0.4
                row = [truth ^ (random.random(2) < error) for _ in range(2)]
                ratings.append([[c for c, on in zip("xy", one, strict=True) if on] for one in row])
                documents.append(f"d{document}")
        parts.append([one.assign(round=name) for one in frames_of(ratings, documents)])
    return [pd.concat(both, ignore_index=True) for both in zip(*parts, strict=True)]


def test_the_difference_is_jackknifed_on_both_sides_at_once(rounds):
    codings, reviewed = rounds
    table = agreement_difference(codings, reviewed, "first", "second").set_index("code")

    def value(name, left_out=None):
        frames = [f[(f["round"] == name) & (f["document"] != left_out)] for f in rounds]
        return agreement(*frames, coefficients=["alpha"])["value"].to_numpy()

    left = np.array([value("second", f"d{d}") - value("first", f"d{d}") for d in range(8)])
    error = np.sqrt(7 / 8 * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    half = stats.t.ppf(0.975, 7) * error
    np.testing.assert_allclose(
        table.loc[["x", "y"], "difference"], (value("second") - value("first"))[:2], atol=1e-12
    )
    np.testing.assert_allclose(
        table.loc[["x", "y"], "high"] - table.loc[["x", "y"], "difference"], half[:2], atol=1e-9
    )
    assert (table.loc[["x", "y"], "low"] > 0).all()
    assert list(table.loc[ALL_CODES, "coefficient"]) == ["micro_alpha", "macro_alpha"]


def test_a_round_and_itself_do_not_differ(rounds):
    table = agreement_difference(*rounds, "first", "first", coefficients=["kappa", "ac1"])
    assert (table["difference"] == 0).all()
    assert table["low"].isna().all()
    assert set(table.loc[table["code"] == "x", "coefficient"]) == {"cohen_kappa", "ac1"}


def test_two_codes_of_the_same_utterances(rounds, value_of):
    codings, reviewed = rounds
    table = agreement_difference(codings, reviewed, "x", "y", between="code")
    whole = agreement(codings, reviewed, coefficients=["alpha"])
    expected = value_of(whole, "alpha", "y") - value_of(whole, "alpha", "x")
    assert table["code"].tolist() == ["x, y"]
    assert table["difference"].tolist() == pytest.approx([expected])
    assert np.isfinite(table["low"]).all()


def test_versions_are_a_column_like_any_other(rounds):
    versions = {"first": 1, "second": 2}
    frames = [one.assign(codebook_version=one["round"].map(versions)) for one in rounds]
    table = agreement_difference(*frames, 1, 2, between="codebook_version")
    pd.testing.assert_frame_equal(table, agreement_difference(*rounds, "first", "second"))


def test_a_side_without_a_value_says_which(rounds):
    codings, reviewed = rounds
    kept = codings[(codings["round"] == "first") | (codings["code"] != "y")]
    table = agreement_difference(kept, reviewed, "first", "second").set_index("code")
    assert table.loc["y", "reason"] == "it is not defined on the second side"


def test_unknown_sides_and_options_are_refused(rounds):
    with pytest.raises(UnknownNameError, match="under the round 'third'; there is first, second"):
        agreement_difference(*rounds, "first", "third")
    with pytest.raises(UnknownNameError, match="there is no code 'z'; one of x, y"):
        agreement_difference(*rounds, "x", "z", between="code")
    with pytest.raises(OptionError, match="no difference between 'coder'; one of round"):
        agreement_difference(*rounds, "a", "b", between="coder")
    with pytest.raises(OptionError, match="no coefficient 'masi_alpha' of one code"):
        agreement_difference(*rounds, "first", "second", coefficients=["masi_alpha"])
