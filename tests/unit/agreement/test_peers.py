from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qualkit.agreement import agreement
from qualkit.agreement.peers import PEER_COLUMNS, cohen_of, peer_figures, qualcoder_of

PARENTS = {"Pay": None, "Low pay": "Pay", "Fees": "Pay", "Hours": None}
LENGTH = 10  # characters of an utterance


def figures(ratings, frames_of, documents=None, spans=(), parents=PARENTS, **options):
    codings, reviewed = frames_of(ratings, documents)
    codings = codings.assign(start=pd.array([None] * len(codings), dtype="Int64"), end=None)
    for row, (start, end) in spans:
        codings.loc[row, ["start", "end"]] = start, end
    spoken = reviewed[["document", "position"]].drop_duplicates()
    starts = spoken["position"] * LENGTH
    spoken = spoken.assign(start=starts, end=starts + LENGTH)
    lengths = (spoken.groupby("document")["end"].max()).to_dict()
    return peer_figures(codings, reviewed, spoken, lengths=lengths, parents=parents, **options)


def one(table, tool, figure, **where):
    rows = table[(table["tool"] == tool) & (table["figure"] == figure)]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def crossed(both, first, second, neither, code="Pay"):
    """Return ratings of two coders with so many utterances of each sort."""
    yes, no = [code], []
    cells = ((both, yes, yes), (first, yes, no), (second, no, yes), (neither, no, no))
    return [[a, b] for times, a, b in cells for _ in range(times)]


@pytest.mark.parametrize(
    ("neither", "percent", "kappa"),
    [(0, 0.667, -0.2), (10, 0.75, 0.467), (70, 0.9, 0.733), (970, 0.99, 0.795)],
)
def test_nvivos_kappa_goes_with_the_length_of_the_document(frames_of, neither, percent, kappa):
    table = figures(crossed(20, 5, 5, neither), frames_of)
    row = one(table, "NVivo", "Kappa coefficient")
    assert row["value"] == pytest.approx(kappa, abs=5e-4)
    assert row["n"] == 10 * (30 + neither)
    assert row["denominator"] == "characters of the document"
    share = one(table, "NVivo", "Percentage agreement (A+B)")["value"]
    assert share == pytest.approx(percent, abs=5e-4)


def test_nvivos_example_of_a_thousand_characters(frames_of):
    table = figures(crossed(5, 10, 5, 80), frames_of)
    assert one(table, "NVivo", "Percentage agreement (A+B)")["value"] == pytest.approx(0.85)
    assert one(table, "NVivo", "Kappa coefficient")["value"] == pytest.approx(0.318, abs=5e-4)


def test_qualcoders_figure_is_shown_as_a_warning(frames_of):
    row = one(figures(crossed(5, 10, 5, 80), frames_of), "QualCoder", "Kappa")
    assert row["value"] == pytest.approx(0.213, abs=5e-4)
    assert row["n"] == 200
    assert row["reason"].startswith("faulty")
    assert row["reason"].endswith("Cohen's kappa is 0.318")


def test_characters_count_once_however_many_spans_cover_them(frames_of):
    ratings = [[["Pay"], ["Pay"]], [["Pay"], []], [[], []]]
    table = figures(ratings, frames_of, spans=[(0, (2, 8)), (1, (4, 10))])
    row = one(table, "NVivo", "Kappa coefficient")
    a, first, second = 4, 2 + 10, 2
    expected = cohen_of(*(np.array([float(v)]) for v in (a, first, second, 30 - 18)))[0]
    assert row["value"] == pytest.approx(expected)
    segments = one(table, "MAXQDA", "Segment agreement, percent")
    assert np.isnan(segments["value"])
    assert "overlap" in segments["reason"]


def test_a_code_that_fills_the_document_has_no_kappa_to_tell(frames_of):
    row = one(figures(crossed(4, 0, 0, 0), frames_of), "NVivo", "Kappa coefficient")
    assert np.isnan(row["value"])
    assert "not established" in row["reason"]


def test_dedooses_example_of_fifty_excerpts(frames_of):
    ratings = crossed(20, 5, 10, 15)
    ratings = [[["Hours", *a], b] for a, b in ratings]  # the expert has coded every excerpt
    table = figures(ratings, frames_of)
    row = one(table, "Dedoose", "Cohen's kappa", code="Pay", coder_a="coder 00")
    assert row["value"] == pytest.approx(0.4)
    assert row["n"] == 50
    assert "the expert's" in row["denominator"]


def test_dedooses_pooled_kappa_is_not_claimed(frames_of):
    codes = ("A", "B", "C")
    tables = ((20, 5, 10, 15), (20, 5, 5, 20), (40, 5, 2, 3))
    columns = [crossed(*cells, code) for cells, code in zip(tables, codes, strict=True)]
    ratings = [
        [["Z", *a[0], *b[0], *c[0]], [*a[1], *b[1], *c[1]]]
        for a, b, c in zip(*columns, strict=True)
    ]
    table = figures(ratings, frames_of, parents=dict.fromkeys([*codes, "Z"]))
    row = one(table, "Dedoose", "Pooled kappa", coder_a="coder 00")
    assert np.isnan(row["value"])
    x = np.array([[*cells] for cells in tables] + [[0, 50, 0, 0]], dtype=float)
    a, b, c, d = x.T
    po, pe = (a + d) / 50, ((a + b) * (a + c) + (c + d) * (b + d)) / 2500
    pooled = (po.mean() - pe.mean()) / (1 - pe.mean())
    assert f"de Vries et al. (2008) is {pooled:.3f}" in row["reason"]


def test_maxqdas_kappa_has_no_neither_cell_and_an_unknown_q(frames_of):
    table = figures(crossed(20, 5, 5, 970), frames_of)
    share = one(table, "MAXQDA", "Segment agreement, percent")
    assert (share["value"], share["n"]) == (pytest.approx(20 / 30), 30)
    row = one(table, "MAXQDA", "Kappa (kappa_n)")
    assert np.isnan(row["value"])
    assert f"with the number of codes, 4, it would be {(2 / 3 - 0.25) / 0.75:.3f}" in row["reason"]


def test_maxqda_compares_codes_in_documents(frames_of):
    ratings = [[["Pay"], ["Pay"]], [["Pay"], []], [["Hours"], []]]
    table = figures(ratings, frames_of, ["a", "a", "b"])
    assert one(table, "MAXQDA", "Code existence, percent")["value"] == pytest.approx(7 / 8)
    assert one(table, "MAXQDA", "Code frequency, percent")["value"] == pytest.approx(6 / 8)


def test_atlas_figures_are_alphas_of_the_agreement_table(frames_of):
    random = np.random.default_rng(4)
    codes = [*PARENTS, None, None]
    ratings = [
        [[c] if (c := codes[random.integers(6)]) is not None else [] for _ in range(2)]
        for _ in range(150)
    ]
    table = figures(ratings, frames_of)
    codings, reviewed = frames_of(ratings)
    themes = agreement(
        codings, reviewed, parents=PARENTS, level="theme",
        coefficients=["alpha", "percent", "positive_agreement"],
    )  # fmt: skip
    named = {"alpha": "c-Alpha-binary", "percent": "Percent agreement"}
    named |= {"positive_agreement": "Holsti index"}
    for row in themes[themes["code"].isin(["Pay", "Hours"])].to_dict("records"):
        value = one(table, "ATLAS.ti", named[row["coefficient"]], code=row["code"])["value"]
        assert value == pytest.approx(row["value"])
    inside = codings[codings["code"] != "Hours"]
    pairs = inside.groupby("position").filter(lambda some: len(some) == 2)
    nominal = agreement(pairs, pairs).set_index("coefficient").loc["micro_alpha", "value"]
    row = one(table, "ATLAS.ti", "cu-Alpha", code="Pay")
    assert (row["value"], row["n"]) == (pytest.approx(nominal), len(pairs) / 2)
    krippendorff = pytest.importorskip("krippendorff")
    theme = {"Pay": 1, "Low pay": 1, "Fees": 1, "Hours": 2}
    sets = [[theme[a[0]] if a else 0 for a in row] for row in ratings]
    expected = krippendorff.alpha(np.array(sets).T, level_of_measurement="nominal")
    assert one(table, "ATLAS.ti", "Cu-Alpha")["value"] == pytest.approx(expected)


def test_cu_alpha_is_left_empty_where_codes_of_a_domain_overlap(frames_of):
    table = figures([[["Pay", "Fees"], ["Pay"]], [["Pay"], ["Fees"]]], frames_of)
    row = one(table, "ATLAS.ti", "cu-Alpha", code="Pay")
    assert np.isnan(row["value"])
    assert "exclude each other" in row["reason"]


def test_holsti_is_atlas_example():
    both, first, second = 50, 100, 50
    assert 2 * both / (2 * both + first + second) == 0.4
    counts = (np.array([float(n)]) for n in (50, 100, 50))
    assert qualcoder_of(*counts)[0] == pytest.approx(0.213, abs=5e-4)


def test_every_two_coders_are_compared_on_what_both_have_finished(frames_of):
    ratings = [[["Pay"], ["Pay"], None], [["Pay"], [], ["Pay"]], [None, ["Pay"], ["Pay"]]]
    table = figures(ratings, frames_of)
    assert tuple(table.columns) == PEER_COLUMNS
    pairs = table.loc[table["tool"] == "ATLAS.ti", ["coder_a", "coder_b", "figure", "n"]]
    sizes = pairs[pairs["figure"] == "Cu-Alpha"].set_index(["coder_a", "coder_b"])["n"]
    assert sizes.to_dict() == {
        ("coder 00", "coder 01"): 2, ("coder 00", "coder 02"): 1, ("coder 01", "coder 02"): 2,
    }  # fmt: skip
    alone = figures(ratings, frames_of, coders=["coder 00"])
    assert alone.empty
    assert tuple(alone.columns) == PEER_COLUMNS
