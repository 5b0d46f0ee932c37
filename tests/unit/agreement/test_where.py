from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qualkit.agreement import agreement
from qualkit.agreement.where import BY_DOCUMENTS, NOT_SET, WILSON, disagreement_by
from qualkit.errors import OptionError, UnknownNameError

PARENTS = {"Pay": None, "Low pay": "Pay", "Hours": None}


@pytest.fixture
def frames(frames_of):
    random = np.random.default_rng(11)
    ratings = [
        [[c for c in PARENTS if random.random() < 0.3] for _ in range(2)] for _ in range(210)
    ]
    codings, reviewed = frames_of(ratings, [f"d{i % 7}" for i in range(210)])
    spoken = reviewed[["document", "position"]].drop_duplicates()
    kinds = np.where(spoken["position"] % 3 == 0, "carer", "manager").astype(object)
    return codings, reviewed, spoken.assign(type=np.where(spoken["position"] < 9, None, kinds))


def test_each_document_has_its_own_share_and_alpha(frames):
    codings, reviewed, _ = frames
    table = disagreement_by(*frames, parents=PARENTS)
    assert table["document"].tolist() == [f"d{i}" for i in range(7)]
    assert table["n"].sum() == 210
    assert set(table["interval"]) == {WILSON}
    assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()
    for row in table.to_dict("records"):
        own = [one[one["document"] == row["document"]] for one in (codings, reviewed)]
        whole = agreement(*own, parents=PARENTS).set_index("coefficient")["value"]
        assert row["alpha"] == pytest.approx(whole["micro_alpha"])
        sets = [
            own[0][own[0]["coder"] == coder].groupby("position")["code"].agg(set).to_dict()
            for coder in ("coder 00", "coder 01")
        ]
        places = own[1]["position"].unique()
        assert row["differing"] == sum(
            sets[0].get(p, set()) != sets[1].get(p, set()) for p in places
        )


def test_wilsons_interval_is_newcombes_example(frames_of):
    ratings = [[["x"], []]] * 81 + [[["x"], ["x"]]] * 182
    codings, reviewed = frames_of(ratings)
    table = disagreement_by(codings, reviewed, reviewed[["document", "position"]])
    assert (table["n"].item(), table["differing"].item()) == (263, 81)
    assert table[["low", "high"]].round(4).values.tolist() == [[0.2553, 0.3662]]


def test_a_group_in_many_documents_leaves_one_out_at_a_time(frames):
    table = disagreement_by(*frames, by="type", parents=PARENTS).set_index("type")
    assert set(table.index) == {"carer", "manager", NOT_SET}
    row = table.loc["manager"]
    assert row["interval"] == BY_DOCUMENTS
    codings, reviewed, spoken = frames
    whole = spoken[spoken["type"] == "manager"]
    values = []
    for gone in whole["document"].unique():
        some = whole[whole["document"] != gone]
        kept = [one.merge(some[["document", "position"]]) for one in (codings, reviewed)]
        left = disagreement_by(*kept, some, by="type").set_index("type")
        values.append(left.loc["manager", "share"])
    error = np.sqrt(6 / 7 * np.sum((np.array(values) - np.mean(values)) ** 2))
    assert row["high"] - row["share"] == pytest.approx(2.446911848791681 * error)
    shares = disagreement_by(*frames, by="type")["share"]
    assert shares.is_monotonic_decreasing


def test_few_utterances_are_told(frames):
    table = disagreement_by(*frames, by="type").set_index("type")
    assert table.loc[NOT_SET, "note"] == "9 utterances only"
    assert pd.isna(table.loc["carer", "note"])


def test_one_code_alone(frames):
    table = disagreement_by(*frames, code="Hours", parents=PARENTS)
    codings, reviewed, _ = frames
    own = codings[codings["code"] == "Hours"]
    alone = disagreement_by(own, reviewed, reviewed[["document", "position"]])
    assert table["differing"].tolist() == alone["differing"].tolist()
    assert table["alpha"].to_numpy() == pytest.approx(alone["alpha"].to_numpy())


def test_unknown_columns_and_codes_are_errors(frames):
    with pytest.raises(OptionError, match="cannot be grouped by 'weather'"):
        disagreement_by(*frames, by="weather")
    with pytest.raises(UnknownNameError, match="no code 'Rain'"):
        disagreement_by(*frames, code="Rain")


def test_nothing_compared_gives_no_rows(frames_of):
    codings, reviewed = frames_of([[["Pay"], None]])
    assert disagreement_by(codings, reviewed, reviewed[["document", "position"]]).empty
