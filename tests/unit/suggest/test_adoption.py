"""What suggestions do, on counts worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qualkit.suggest.adoption import ALL_CODES, acceptance, adoption, prevalence


def shown(rows: list[tuple[str, str, str | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["document", "code", "outcome"]).astype({"outcome": "str"})


def decided(rows: list[tuple[str, int, str, str, bool, bool]]) -> pd.DataFrame:
    columns = ["document", "position", "coder", "code", "applied", "assisted"]
    return pd.DataFrame(rows, columns=columns).assign(round="main")


def looked(rows: list[tuple[str, int, str, bool]]) -> pd.DataFrame:
    columns = ["document", "position", "coder", "assisted"]
    return pd.DataFrame(rows, columns=columns).assign(round="main")


def by_hand(values: list[float], left_out: list[float]) -> tuple[float, float]:
    many = len(left_out)
    spread = np.array(left_out) - np.mean(left_out)
    half = stats.t.ppf(0.975, many - 1) * np.sqrt((many - 1) / many * (spread**2).sum())
    return values[0] - half, values[0] + half


def test_only_what_was_decided_counts_towards_acceptance():
    outcomes = ["accepted", "accepted", "rejected", "ignored", "open", None]
    table = acceptance(shown([("d", "pay", one) for one in outcomes])).set_index("code")
    row = table.loc["pay"]
    counts = ["shown", "accepted", "rejected", "ignored", "open"]
    assert row[counts].tolist() == [5, 2, 1, 1, 1]
    assert (row["acceptance"], row["rejection"]) == (0.5, 0.25)
    assert np.isnan(row["acceptance_low"])
    assert row["reason"] == "no interval from 1 document, it takes 5"


def test_the_interval_leaves_out_one_document_at_a_time():
    taken = [3, 1, 2, 0, 4, 2]
    rows = [
        (f"d{n}", "pay", "accepted" if one < many else "ignored")
        for n, many in enumerate(taken)
        for one in range(4)
    ]
    row = acceptance(shown(rows)).iloc[0]
    left_out = [(12 - many) / 20 for many in taken]
    low, high = by_hand([0.5], left_out)
    assert row["acceptance"] == 0.5
    assert (row["acceptance_low"], row["acceptance_high"]) == pytest.approx((low, high))
    assert row["documents"] == 6


def test_a_code_only_shown_and_not_decided_is_undefined_with_a_reason():
    table = acceptance(shown([("d", "pay", "open"), ("d", "fees", "accepted")])).set_index("code")
    assert np.isnan(table.loc["pay", "acceptance"])
    assert table.loc["pay", "reason"] == "nothing of it has been decided yet"
    assert table.loc[ALL_CODES, "acceptance"] == 1.0


def test_nothing_shown_is_an_empty_finding():
    table = acceptance(shown([]))
    assert table["code"].tolist() == [ALL_CODES]
    assert table["reason"].notna().all()


def study() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Six documents of two utterances; Ana is shown pay on the first, Ben nothing."""
    decisions, reviews = [], []
    for n in range(6):
        name = f"d{n}"
        decisions.append((name, 1, "Ana", "pay", n != 0, True))  # 5 of 6 when shown
        if n < 2:
            decisions.append((name, 1, "Ben", "pay", True, False))  # 2 of 6 blind, same place
        reviews += [(name, at, who, who == "Ana" and at == 1) for who in ("Ana", "Ben")
                    for at in (1, 2)]  # fmt: skip
    return decided(decisions), looked(reviews)


def test_adoption_compares_shown_with_blind_everywhere_and_in_the_same_place():
    table = adoption(*study()).set_index(["code", "scope"])
    everywhere = table.loc[("pay", "all utterances")]
    assert everywhere[["assisted", "blind"]].tolist() == [6, 18]
    assert everywhere["assisted_share"] == pytest.approx(5 / 6)
    assert everywhere["blind_share"] == pytest.approx(2 / 18)
    assert everywhere["effect"] == pytest.approx(5 / 6 - 2 / 18)
    same = table.loc[("pay", "same utterances")]
    assert same["effect"] == pytest.approx(5 / 6 - 2 / 6)
    gains = [-1, 0, 1, 1, 1, 1]  # d0: only Ben; d1: both
    left_out = [(3 - one) / 5 for one in gains]
    low, high = by_hand([0.5], left_out)
    assert (same["low"], same["high"]) == pytest.approx((low, min(high, 1.0)))


def test_without_blind_decisions_adoption_is_undefined_with_a_reason():
    decisions = decided([("d", 1, "Ana", "pay", True, True)])
    table = adoption(decisions, looked([("d", 1, "Ana", True)]))
    assert table["effect"].isna().all()
    reasons = table.set_index(["code", "scope"])["reason"]
    assert reasons["pay", "all utterances"] == "nothing was decided blind"


def test_prevalence_parts_utterances_with_and_without_suggestions():
    table = prevalence(*study()).set_index("code")
    row = table.loc["pay"]
    assert row[["assisted", "blind"]].tolist() == [6, 18]
    assert row["change"] == pytest.approx(5 / 6 - 2 / 18)
    assert table.loc[ALL_CODES, ["assisted", "blind"]].tolist() == [6, 18]


def test_prevalence_of_many_codes_is_codes_given_of_those_there_are():
    decisions, reviews = study()
    more = decisions.assign(code="fees", applied=decisions["coder"] == "Ben")
    table = prevalence(pd.concat([decisions, more]), reviews).set_index("code")
    assert table.loc[ALL_CODES, "assisted_share"] == pytest.approx(5 / 12)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdef"),
            st.integers(1, 3),
            st.sampled_from(["Ana", "Ben"]),
            st.sampled_from(["pay", "fees"]),
            st.booleans(),
            st.booleans(),
        ),
        max_size=30,
        unique_by=lambda row: row[:4],
    )
)
def test_shares_stay_between_0_and_1_and_effects_between_minus_1_and_1(rows):
    decisions = decided(rows)
    decisions = decisions[decisions["applied"] | decisions["assisted"]]
    touched = decisions.groupby(["document", "position", "coder"])["assisted"].any()
    reviews = touched.reset_index().assign(round="main")
    reviews["assisted"] = reviews["assisted"].astype(bool)
    for table in (adoption(decisions, reviews), prevalence(decisions, reviews)):
        for name in ("assisted_share", "blind_share"):
            assert table[name].dropna().between(0, 1).all()
        gap = table["effect"] if "effect" in table else table["change"]
        assert gap.dropna().between(-1, 1).all()
        assert table.loc[gap.isna(), "reason"].notna().all()
        assert (table["low"].dropna() <= gap[table["low"].notna()] + 1e-9).all()
