from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qualkit.agreement import agreement
from qualkit.agreement.paragraph import REFLEXIVE, CodedRound, Study, methods_paragraph


@pytest.fixture
def table_of(frames_of):
    def make(documents=8, coders=2, coefficients=("alpha",), never=False):
        random = np.random.default_rng(1)
        ratings = []
        for _ in range(30 * documents):
            truth = [code for code in ("Pay", "Hours") if random.random() < 0.3]
            ratings.append([[c for c in truth if random.random() < 0.9] for _ in range(coders)])
        names = [f"d{n % documents}" for n in range(len(ratings))]
        parents = {"Pay": None, "Hours": None} | ({"Rain": None} if never else {})
        return agreement(*frames_of(ratings, names), parents=parents, coefficients=coefficients)

    return make


STUDY = Study(
    coders=["Ana", "Ben"], codable=500, documents=12, codebook="Care", versions=[2],
    software="qualkit 9.9", rounds=[CodedRound("Pilot", True)],
)  # fmt: skip


def test_it_says_who_coded_what_and_what_counts(table_of):
    text = methods_paragraph(table_of(), STUDY)
    assert text.startswith(
        "Two coders (Ana and Ben) finished the same 240 of 500 codable utterances, in 8 of 12 "
        "documents."
    )
    assert "In round “Pilot” nobody could see what the others coded until it was closed." in text
    assert "one not finished is missing" in text
    assert "What moderators said is left out." in text
    assert "codebook “Care”, version 2; figures by qualkit 9.9" in text


def test_it_gives_value_interval_and_range_of_the_table(table_of):
    table = table_of()
    whole = table[table["coefficient"] == "micro_alpha"].iloc[0]
    text = methods_paragraph(table, STUDY)
    said = f"{whole['value']:.2f}, 95 % interval {whole['low']:.2f} to {whole['high']:.2f}"
    assert f"over all codes it is {said}" in text
    codes = table[table["coefficient"] == "alpha"].sort_values("value")
    low, high = codes.iloc[0], codes.iloc[-1]
    span = f"from {low['value']:.2f} ({low['code']}) to {high['value']:.2f} ({high['code']})"
    assert f"the two codes with a value {span}, each on 240 utterances" in text
    assert "jackknife, t with 7 degrees of freedom" in text
    assert "they rest on eight documents only" in text


def test_it_is_honest_when_there_is_no_interval(table_of):
    text = methods_paragraph(table_of(documents=3), STUDY)
    assert "No interval is given: the shared utterances lie in three documents" in text
    assert "95 %" not in text


def test_codes_without_a_value_are_named(table_of):
    text = methods_paragraph(table_of(never=True), STUDY)
    assert "One code (Rain) has no value, as nothing varied there to agree about." in text


def test_an_open_round_is_not_called_independent(table_of):
    study = Study(["Ana", "Ben"], 500, 12, rounds=[CodedRound("main", False)])
    text = methods_paragraph(table_of(), study)
    assert "Round “main” was open: coders could see each other's codings" in text
    assert "independently" not in text


def test_the_sample_and_its_seed_are_told(table_of):
    drawn = [{"document": "a", "of": 50, "drawn": 5}, {"document": "b", "of": 30, "drawn": 3}]
    sample = {"wanted": 0.1, "per": ["document", "stakeholder_type"], "seed": 7, "drawn": drawn}
    study = Study(["Ana", "Ben"], 80, 2, rounds=[CodedRound("R", True, sample)])
    text = methods_paragraph(table_of(), study)
    assert (
        "a random sample of 8 from 80, stratified by document and stakeholder type (seed 7)" in text
    )
    whole = sample | {"design": "documents"}
    study = Study(["Ana", "Ben"], 80, 2, rounds=[CodedRound("R", True, whole)])
    assert "The two documents of round “R” are a random sample of 2 (seed 7)." in methods_paragraph(
        table_of(), study
    )


@pytest.mark.parametrize(
    ("coefficient", "found", "words"),
    [
        ("kappa", "cohen_kappa", "Cohen's kappa"),
        ("percent", "percent", "percent agreement"),
        ("ac1", "ac1", "Gwet's AC1"),
    ],
)
def test_other_coefficients_have_their_names(table_of, coefficient, found, words):
    text = methods_paragraph(table_of(coefficients=[coefficient]), STUDY, coefficient=found)
    assert f"Agreement was computed code by code as {words}" in text


def test_three_coders_moderators_themes_and_several_versions(table_of):
    study = Study(["Ana", "Ben", "Cleo"], 500, 12, versions=[1, 3], moderators=True, level="theme")
    text = methods_paragraph(table_of(coders=3), study)
    assert text.startswith("At least two of three coders (Ana, Ben and Cleo) finished 240")
    assert "What moderators said counts, too." in text
    assert "A theme counts as applied where it or any code below it was." in text
    assert "versions 1 and 3, so definitions changed meanwhile" in text


def test_nothing_with_a_value_is_said_plainly():
    row = {"code": "Pay", "coefficient": "alpha", "value": np.nan, "low": np.nan, "high": np.nan}
    table = pd.DataFrame([row | {"n": 0, "documents": 0, "reason": "nobody"}])
    text = methods_paragraph(table, STUDY)
    assert "no code has a value" in text
    assert "No interval is given" in text


def test_it_says_when_none_of_it_is_called_for(table_of):
    text = methods_paragraph(table_of(), STUDY)
    assert text.endswith(REFLEXIVE)
    assert "Reflexive thematic analysis needs none of this" in text


@pytest.mark.parametrize("word", ["good", "excellent", "substantial", "acceptable"])
def test_no_value_is_called_good(table_of, word):
    assert word not in methods_paragraph(table_of(), STUDY).split("\n\n")[0]
