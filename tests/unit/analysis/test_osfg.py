"""Real focus groups: two groups of faculty, 17 themes, coded by people outside this project."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from qualkit.analysis import (
    code_tree,
    combinations,
    cooccurrence,
    correspondence,
    differences,
    frequency,
    over_length,
    profiles,
    saturation,
    sequences,
)

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "osfg.csv"


@pytest.fixture(scope="module")
def osfg() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Codings and utterances of four focus groups."""
    if not CORPUS.exists():
        pytest.skip("../shared is not here")
    rows = pd.read_csv(CORPUS, keep_default_na=False)
    utterances = pd.DataFrame(
        {
            "document": rows["document_id"],
            "position": rows["utterance_index"].astype(int),
            "speaker": rows["speaker"],
            "stakeholder_type": rows["speaker_role"],
            "text": rows["text"],
            "is_moderator": rows["speaker_role"] == "facilitator",
        }
    )
    codes = rows["codes"].str.split("|").explode()
    codings = utterances[["document", "position"]].join(codes.rename("code"))
    return codings[codings["code"].fillna("") != ""], utterances


def test_two_faculties_by_seventeen_themes(osfg):
    codings, utterances = osfg
    table = frequency(codings, utterances)
    assert table["code"].nunique() == 17
    assert table["stakeholder_type"].unique().tolist() == ["R1_faculty", "nonR1_faculty"]
    assert table.groupby("stakeholder_type")["total"].first().tolist() == [170, 170]
    by_hand = codings.merge(utterances, on=["document", "position"])
    counts = by_hand.groupby(["code", "stakeholder_type"]).size()
    for row in table.itertuples():
        assert row.n == counts.get((row.code, row.stakeholder_type), 0)


def test_one_theme_of_seventeen_below_a_twentieth_is_what_chance_gives(osfg):
    codings, utterances = osfg
    table = frequency(codings, utterances)
    by_code = table.drop_duplicates("code")
    assert (by_code["p"] <= 0.05).sum() == 1
    assert (by_code["q"] > 0.05).all()
    assert table["note"].str.contains("carried by one speaker", na=False).any()


def test_a_difference_lies_between_what_it_is_without_each_speaker(osfg):
    table = differences(*osfg, "R1_faculty", "nonR1_faculty")
    known = table.dropna(subset=["least", "most"])
    assert len(known) == 17
    assert (known["least"] <= known["difference"] + 1e-12).all()
    assert (known["difference"] <= known["most"] + 1e-12).all()
    with_interval = known.dropna(subset=["low"])
    assert (with_interval["low"] <= with_interval["difference"]).all()


def test_every_other_finding_can_be_made_of_it(osfg):
    codings, utterances = osfg
    pairs = cooccurrence(codings, utterances, within="window:4", by="stakeholder_type")
    assert len(pairs) == 2 * 17 * 16 / 2
    assert (pairs["n_ab"] <= pairs[["n_a", "n_b"]].min(axis=1)).all()
    follows = sequences(codings, utterances, permutations=199)
    assert follows["n_ab"].sum() > 0
    assert saturation(codings, utterances)["total"].iloc[-1] == 17
    assert over_length(codings, utterances, parts=4)["n"].sum() == len(
        codings.merge(utterances[~utterances["is_moderator"]], on=["document", "position"])
    )
    assert len(code_tree(codings, utterances)) == 16
    assert correspondence(codings, utterances)["y"].eq(0).all()  # two groups: one axis
    assert profiles(codings, utterances)["resemblance"].between(0, 1).all()
    sets = combinations(codings, utterances)
    assert sets["n"].sum() == 340
