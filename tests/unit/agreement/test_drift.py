from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qualkit.agreement import agreement
from qualkit.agreement.drift import AGAINST, ALL_CODES, CHANGE, DRIFT_COLUMNS, drift
from qualkit.errors import OptionError


def study(seed: int, documents: int = 12, later: float = 0.0, size: int = 60):
    """Two coders; from the middle on, Ben misses a share ``later`` of what there is."""
    random = np.random.default_rng(seed)
    codings, reviewed, clock = [], [], 0
    for document in range(documents):
        rate = random.uniform(0.2, 0.5)
        for position in range(1, size + 1):
            truth = random.random() < rate
            clock += 1
            for coder in ("Ana", "Ben"):
                reviewed.append((f"d{document}", position, coder, f"2026-01-01 {clock:06d}"))
                missed = random.random() < 0.05 + later * (coder == "Ben" and document >= 6)
                if truth and not missed:
                    codings.append((f"d{document}", position, "Pay", coder))
    return (
        pd.DataFrame(codings, columns=["document", "position", "code", "coder"]),
        pd.DataFrame(reviewed, columns=["document", "position", "coder", "reviewed_at"]),
    )


def row_of(table, measure, coder, block, code="Pay"):
    is_coder = table["coder"].isna() if coder is None else table["coder"] == coder
    is_row = (table["measure"] == measure) & (table["block"] == block) & (table["code"] == code)
    found = table[is_row & is_coder]
    assert len(found) == 1
    return found.iloc[0]


def test_each_block_has_the_alpha_of_its_documents():
    codings, reviewed = study(1)
    table = drift(codings, reviewed, blocks=2)
    assert tuple(table.columns) == DRIFT_COLUMNS
    early = {f"d{n}" for n in range(6)}
    for block, inside in (("1", True), ("2", False)):
        own = [one[one["document"].isin(early) == inside] for one in (codings, reviewed)]
        expected = agreement(*own, coefficients=["alpha"]).set_index("coefficient")
        row = row_of(table, "alpha", None, block)
        alone = expected.loc["alpha"]
        assert [row["value"], row["low"], row["high"]] == pytest.approx(
            [alone["value"], alone["low"], alone["high"]]
        )
        assert (row["n"], row["documents"]) == (360, 6)
        micro = row_of(table, "alpha", None, block, ALL_CODES)["value"]
        assert micro == pytest.approx(expected.loc["micro_alpha", "value"])


def test_the_order_of_coding_counts_and_not_that_of_the_documents():
    codings, reviewed = study(2, later=0.5)
    turned = reviewed.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(drift(codings, reviewed), drift(codings, turned))
    times = sorted(reviewed["reviewed_at"], reverse=True)
    backwards = drift(codings, reviewed.assign(reviewed_at=times))
    first = row_of(backwards, "alpha", None, "1")["value"]
    assert first == pytest.approx(row_of(drift(codings, reviewed), "alpha", None, "2")["value"])


def test_a_coder_who_begins_to_miss_things_is_found():
    table = drift(*study(3, later=0.5))
    change = row_of(table, "alpha", None, CHANGE)
    assert change["high"] < 0
    share = row_of(table, AGAINST, "Ben", CHANGE)
    assert share["high"] < 0
    assert share["value"] == pytest.approx(-row_of(table, AGAINST, "Ana", CHANGE)["value"])
    early = row_of(table, "share", "Ben", "1")
    assert early["value"] > row_of(table, "share", "Ben", "2")["value"]
    assert early["low"] < early["value"] < early["high"]


def test_without_drift_the_difference_leaves_out_nought_seldom():
    found = 0
    for seed in range(60):
        change = row_of(drift(*study(seed, size=25)), "alpha", None, CHANGE)
        found += not change["low"] <= 0 <= change["high"]
    assert found <= 8


def test_the_difference_leaves_one_document_out_in_its_own_block():
    codings, reviewed = study(4)
    table = drift(codings, reviewed)
    square = 0.0
    for early in (True, False):
        names = [f"d{n}" for n in (range(6) if early else range(6, 12))]
        values = []
        for gone in names:
            some = [name for name in names if name != gone]
            own = [one[one["document"].isin(some)] for one in (codings, reviewed)]
            values.append(agreement(*own, coefficients=["alpha"])["value"].iloc[0])
        square += 5 / 6 * np.sum((np.array(values) - np.mean(values)) ** 2)
    row = row_of(table, "alpha", None, CHANGE)
    half = 2.2281388519649385 * np.sqrt(square)  # t(.975, 10)
    assert row["high"] - row["value"] == pytest.approx(half)


def test_few_documents_have_values_and_no_interval():
    table = drift(*study(5, documents=4))
    assert table["low"].isna().all()
    row = row_of(table, "alpha", None, CHANGE)
    assert row["reason"] == "no interval from 2 and 2 documents"
    assert np.isfinite(row["value"])
    assert "no interval from 2 documents" in row_of(table, "alpha", None, "1")["reason"]


def test_what_was_stored_at_one_moment_stays_in_the_order_of_the_rows():
    codings, reviewed = study(6)
    same = drift(codings, reviewed.assign(reviewed_at="2026-01-01"))
    pd.testing.assert_frame_equal(same, drift(codings, reviewed))


def test_one_coder_alone_has_shares_and_no_alpha():
    codings, reviewed = (one[one["coder"] == "Ana"] for one in study(7))
    table = drift(codings, reviewed)
    assert set(table.loc[table["value"].notna(), "measure"]) == {"share"}
    assert row_of(table, "alpha", None, "1")["reason"] == "it does not vary there"


@pytest.mark.parametrize("blocks", [1, 21])
def test_a_number_of_blocks_that_cannot_be_is_an_error(blocks):
    with pytest.raises(OptionError, match="take 2 to 20"):
        drift(*study(8, documents=2), blocks=blocks)


def test_without_times_there_is_no_drift():
    codings, reviewed = study(9, documents=2)
    with pytest.raises(OptionError, match="reviewed_at"):
        drift(codings, reviewed.drop(columns="reviewed_at"))


def test_a_code_that_came_later_is_missing_before():
    codings, reviewed = study(10)
    old = {f"d{n}" for n in range(3)}
    codings, reviewed = (
        one.assign(codebook_version=np.where(one["document"].isin(old), 1, 2))
        for one in (codings, reviewed)
    )
    codings = codings[codings["codebook_version"] == 2]
    options = {"parents": {"Pay": None}, "versions": {1: [], 2: ["Pay"]}}
    table = drift(codings, reviewed, **options)
    new = [one[one["codebook_version"] == 2] for one in (codings, reviewed)]
    early = {f"d{n}" for n in (3, 4, 5)}
    mine = [one[one["document"].isin(early) & (one["coder"] == "Ana")] for one in new]
    expected = len(mine[0]) / len(mine[1])
    assert row_of(table, "share", "Ana", "1")["value"] == pytest.approx(expected)
    own = [one[one["document"].isin(early)] for one in new]
    alpha = agreement(*own, coefficients=["alpha"])["value"].iloc[0]
    assert row_of(table, "alpha", None, "1")["value"] == pytest.approx(alpha)
    others = [len(one[one["document"].isin(early)]) for one in new]
    ben = others[0] - len(mine[0])
    against = (len(mine[0]) - ben) / len(mine[1])
    assert row_of(table, AGAINST, "Ana", "1")["value"] == pytest.approx(against)
