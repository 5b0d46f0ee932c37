"""Real codings, made by people outside this project, beside the library krippendorff."""

from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest

from qualkit.agreement import ALL_CODES, agreement

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"


def frames_from(name):
    path = CORPORA / f"{name}.csv"
    if not path.exists():
        pytest.skip("../shared is not here")
    table = pd.read_csv(path, keep_default_na=False).rename(
        columns={"document_id": "document", "utterance_index": "position", "codes": "code"}
    )
    table = table[table["coder"] != ""]
    reviewed = table[["document", "position", "coder"]]
    codings = table.assign(code=table["code"].str.split("|")).explode("code")
    return codings[codings["code"] != ""], reviewed


def matrix_of(codings, reviewed, code):
    """Coders x utterances with 1, 0 and NaN, made the slow and plain way."""
    done = reviewed.assign(v=0.0).pivot_table(
        index="coder", columns=["document", "position"], values="v", aggfunc="max"
    )
    mine = codings[codings["code"] == code]
    for row in mine.itertuples():
        done.loc[row.coder, (row.document, row.position)] = 1.0
    return done.to_numpy()


@pytest.mark.parametrize("name", ["proctor", "annomi"])
def test_every_code_of_a_real_corpus(name, value_of):
    codings, reviewed = frames_from(name)
    table = agreement(codings, reviewed, coefficients=["alpha", "masi_alpha"])
    codes = codings["code"].value_counts().index[:25]
    for code in codes:
        ratings = matrix_of(codings, reviewed, code)
        paired = ratings[:, np.isfinite(ratings).sum(axis=0) >= 2]
        assert value_of(table, "alpha", code, "n") == paired.shape[1]
        assert (
            value_of(table, "alpha", code, "positives")
            == np.nansum(paired, axis=0).astype(bool).sum()
        )
        if len(np.unique(paired[np.isfinite(paired)])) == 2:
            theirs = krippendorff.alpha(ratings, level_of_measurement="nominal")
            assert value_of(table, "alpha", code) == pytest.approx(theirs, abs=1e-12)
    assert 0 < value_of(table, "masi_alpha", ALL_CODES) < 1


def test_ten_coders_on_the_utterances_they_share(value_of):
    codings, reviewed = frames_from("annomi")
    table = agreement(codings, reviewed, coefficients=["alpha"])
    assert value_of(table, "micro_alpha", ALL_CODES, "n") == 428
    assert value_of(table, "micro_alpha", ALL_CODES, "coders") == 10


def test_two_coders_who_did_not_finish_the_same_answers(value_of):
    codings, reviewed = frames_from("proctor")
    table = agreement(codings, reviewed, coefficients=["kappa"])
    shared = reviewed.groupby(["document", "position"])["coder"].nunique()
    assert value_of(table, "pooled_kappa", ALL_CODES, "n") == (shared == 2).sum()
    assert (
        value_of(table, "pooled_kappa", ALL_CODES, "documents")
        == 14 - (shared.groupby("document").max() < 2).sum()
    )
