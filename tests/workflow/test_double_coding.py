"""Planning what to code twice, and drawing it as a round."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from qualkit.errors import NotEnoughError, OptionError, UnknownNameError
from qualkit.model import Coding
from qualkit.workflow.project import Project


@pytest.fixture
def wide(project: Project, tmp_path):
    """Twelve more transcripts of thirty turns each."""
    paths = []
    for number in range(12):
        turns = [
            f"Participant {'AB'[turn % 2]}: The pay in place {number} was low, turn {turn}."
            for turn in range(30)
        ]
        path = tmp_path / f"t{number:02d}.txt"
        path.write_text("\n\n".join(turns), encoding="utf-8")
        paths.append(path)
    project.import_documents(paths)
    return project


def places(project, document):
    table = project.list_utterances(document)
    return [(document, int(one)) for one in table.loc[table["codable"], "position"]]


def code_twice(project, documents):
    for number, document in enumerate(documents):
        seen = places(project, document)
        for coder, step in (("Ana", 3), ("Ben", 3 + number % 2)):
            given = [Coding(*place, "pay", coder) for place in seen[::step]]
            project.apply_codings(given, reviewed=seen)


def test_a_prevalence_alone_plans_from_assumptions(wide):
    table = wide.plan_double_coding(0.5, prevalence=0.3, correlation=0.02)
    assert table["basis"].tolist() == ["assumed, two coders"] * 2
    assert table["code"].tolist() == ["", ""]
    some = table.iloc[1]
    assert (some["documents"], some["design_effect"] >= 1) == (13, True)
    assert "364 codable utterances in 13 documents" in table.attrs["about"]["material"]


def test_a_code_coded_twice_is_its_own_pilot(wide):
    code_twice(wide, [f"t{n:02d}" for n in range(6)])
    table = wide.plan_double_coding(0.4, code="pay")
    assert table["basis"][0].startswith("pilot of 6 documents, 180 utterances")
    assert table["code"].tolist() == ["Pay", "Pay"]
    assert table["prevalence"][0] == pytest.approx(0.3, abs=0.05)


def test_without_a_pilot_the_prevalence_is_what_is_coded_so_far(wide):
    seen = places(wide, "t00")
    wide.apply_codings([Coding(*one, "pay", "Ana") for one in seen[:6]], reviewed=seen)
    table = wide.plan_double_coding(0.5, code="Pay")
    assert table["prevalence"][0] == pytest.approx(6 / 30)
    assert "prevalence from 30 utterances coded so far" in table["basis"][0]
    with pytest.raises(NotEnoughError, match="no prevalence to plan with"):
        wide.plan_double_coding(0.5, code="Training")


def test_there_must_be_something_to_plan_for(wide):
    with pytest.raises(OptionError, match="name a code, or a prevalence"):
        wide.plan_double_coding(0.2)
    with pytest.raises(UnknownNameError):
        wide.plan_double_coding(0.2, code="Rain")
    with pytest.raises(NotEnoughError, match="nobody has coded"):
        wide.plan_double_coding(0.2, code="Pay")


def test_the_planned_sample_is_drawn_as_a_blind_round(wide):
    rules = {"prevalence": 0.3, "correlation": 0.01}
    plan = wide.plan_double_coding(0.6, **rules).iloc[1]
    drawn = wide.open_double_coding("R", 0.6, coders=["Ana", "Ben"], seed=5, **rules)
    assert drawn["drawn"].sum() >= plan["utterances"]
    assert drawn["drawn"].sum() <= plan["utterances"] + 5
    row = wide.list_rounds().set_index("round").loc["R"]
    assert (row["mode"], row["coders"]) == ("blind", "Ana, Ben")
    told = json.loads(row["sample"])
    assert (told["seed"], told["design"]) == (5, "utterances")
    wide.undo()
    again = wide.open_double_coding("R", 0.6, coders=["Ana", "Ben"], seed=5, **rules)
    pd.testing.assert_frame_equal(again, drawn)


def test_whole_documents_can_be_drawn(wide):
    rules = {"prevalence": 0.3, "correlation": 0.01, "design": "documents"}
    drawn = wide.open_double_coding("R", 0.6, coders=["Ana", "Ben"], **rules)
    chosen = drawn[drawn["drawn"] > 0]
    assert 5 <= len(chosen) < 13
    assert (chosen["drawn"] == chosen["of"]).all()
    other = wide.open_double_coding("S", 0.6, coders=["Ana", "Ben"], seed=2, **rules)
    assert list(other["drawn"]) != list(drawn["drawn"])


def test_what_cannot_be_drawn_opens_nothing(wide):
    before = wide.revision
    with pytest.raises(NotEnoughError, match="takes more than there is"):
        wide.open_double_coding("R", 0.05, coders=["Ana", "Ben"], prevalence=0.1)
    with pytest.raises(OptionError, match="two coders"):
        wide.open_double_coding("R", 0.5, coders=["Ana"], prevalence=0.1)
    with pytest.raises(OptionError, match="is no design"):
        wide.open_double_coding("R", 0.5, coders=["Ana", "Ben"], prevalence=0.1, design="speakers")
    assert wide.revision == before
