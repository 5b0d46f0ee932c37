"""Reading agreement through the project: by utterance, confusion, where, drift, figures, words."""

from __future__ import annotations

import numpy as np
import pytest

from qualkit.errors import NotEnoughError, OptionError, RefusedError, UnknownNameError
from qualkit.model import Coding
from qualkit.workflow.project import Project

READERS = (
    Project.agreement_by_utterance,
    Project.confusion,
    Project.disagreement_by,
    Project.drift,
    Project.methods_paragraph,
    Project.peer_figures,
)


@pytest.fixture
def coded(project):
    """Ana and Ben have coded the interview; they differ on the pay and on nothing else."""
    table = project.list_utterances("elm")
    table = table[table["codable"]]
    places = [("elm", int(one)) for one in table["position"]]
    pay = next(p for p, text in zip(places, table["text"], strict=True) if "pay is low" in text)
    fee = next(p for p, text in zip(places, table["text"], strict=True) if "cannot pay" in text)
    project.apply_codings(
        [
            Coding(*pay, "low_pay", "Ana", certainty=2, memo="strong"),
            Coding(*fee, "fees", "Ana"),
        ],
        reviewed=places,
    )
    project.apply_codings(
        [Coding(*pay, "pay", "Ben"), Coding(*fee, "fees", "Ben")], reviewed=places
    )
    return project


def test_who_gave_what_stands_side_by_side(coded):
    table = coded.agreement_by_utterance()
    assert list(table.columns) == [
        "document", "position", "speaker", "text", "agreed", "differs_on", "Ana", "Ben",
        "certainty", "memos",
    ]  # fmt: skip
    assert set(table["speaker"]) == {"Ann Lee", "Bob Hart"}  # without the interviewer
    assert table["position"].is_monotonic_increasing
    apart = coded.agreement_by_utterance(only_disagreements=True)
    [row] = apart.to_dict("records")
    assert (row["Ana"], row["Ben"], row["differs_on"]) == ("Low pay", "Pay", "Pay; Low pay")
    assert (row["certainty"], row["memos"]) == ("Ana: Low pay 2", "Ana: Low pay: strong")
    assert coded.agreement_by_utterance(only_disagreements=True, level="theme").empty
    assert len(coded.agreement_by_utterance(moderators=True)) > len(table)
    assert "Ana, Ben" in table.attrs["about"]["counted"]


def test_confused_codes_come_with_their_definitions(coded):
    [row] = coded.confusion().to_dict("records")
    assert (row["code_a"], row["code_b"], row["n"]) == ("Pay", "Low pay", 1)
    assert row["relation"] == "one above the other"
    assert row["definition_a"] == "Money for work."
    assert row["definition_b"] == "Too little money."
    [row] = coded.confusion(directed=True).to_dict("records")
    told = {row["coder_a"]: row["code_a"], row["coder_b"]: row["code_b"]}
    assert told == {"Ana": "Low pay", "Ben": "Pay"}


def test_disagreement_sits_somewhere(coded):
    table = coded.disagreement_by(by="speaker").set_index("speaker")
    assert table.loc["Ann Lee", ["n", "differing"]].tolist() == [2, 1]
    assert table.loc["Bob Hart", "differing"] == 0
    assert table.index[0] == "Ann Lee"
    types = coded.disagreement_by(by="stakeholder_type", code="low_pay")
    assert types["stakeholder_type"].tolist()[0] == "Care worker"
    assert coded.disagreement_by()["document"].tolist() == ["elm"]
    with pytest.raises(OptionError, match="cannot be grouped by 'text'"):
        coded.disagreement_by(by="text")
    with pytest.raises(UnknownNameError):
        coded.disagreement_by(code="rain")


def test_speakers_of_one_label_in_two_documents_are_two(coded, tmp_path):
    for name in ("oak", "yew"):
        path = tmp_path / f"{name}.txt"
        path.write_text("Participant A: It is hard.\n\nParticipant B: So it is.\n", "utf-8")
        coded.import_documents([path])
        places = [(name, int(p)) for p in coded.list_utterances(name)["position"]]
        for coder in ("Ana", "Ben"):
            coded.apply_codings([Coding(*places[0], "pay", coder)], reviewed=places)
    names = set(coded.disagreement_by(by="speaker")["speaker"])
    assert {"Participant A (oak)", "Participant A (yew)", "Ann Lee"} <= names


def test_drift_says_what_its_order_rests_on(coded):
    table = coded.drift()
    assert table.attrs["about"]["order"].startswith("none: all decisions were stored together")
    assert set(table["measure"]) == {"alpha", "share", "share against the others"}
    at = int(coded.agreement_by_utterance()["position"].iloc[0])
    coded.code_utterance("elm", at, "Pay", coder="Cleo")
    order = coded.drift().attrs["about"]["order"]
    assert "8 of 9 decisions were stored together" in order
    one = coded.drift(code="low_pay", only_changes=True)
    assert set(one["code"]) == {"Low pay", "(all codes)"}
    assert set(one["block"]) == {"last - first"}
    with pytest.raises(OptionError, match="30 blocks"):
        coded.drift(blocks=30)


def test_other_programs_figures_name_their_denominator(coded):
    table = coded.peer_figures()
    assert set(table["tool"]) == {"NVivo", "MAXQDA", "ATLAS.ti", "Dedoose", "QualCoder"}
    fees = table[(table["tool"] == "NVivo") & (table["code"] == "Council fees")]
    with coded.database.read() as connection:
        from qualkit.store.documents import text_of  # noqa: PLC0415

        length = len(text_of(connection, "elm"))
    assert set(fees["n"]) == {length}
    assert fees["value"].tolist() == [1.0, 1.0]
    assert set(coded.peer_figures(tool="maxqda")["tool"]) == {"MAXQDA"}
    with pytest.raises(UnknownNameError, match="no program 'Excel'"):
        coded.peer_figures(tool="Excel")


def test_the_paragraph_has_the_facts_of_the_project(coded):
    text = coded.methods_paragraph()
    assert text.startswith("Two coders (Ana and Ben) finished the same 4 of 4 codable utterances")
    assert "Round “main” was open" in text
    assert "codebook “Small”, version 1; figures by qualkit" in text
    assert "No interval is given" in text
    assert "Reflexive thematic analysis needs none of this" in text
    assert "Cohen's kappa" in coded.methods_paragraph(coefficient="kappa")


@pytest.mark.parametrize("reader", READERS)
def test_one_coder_is_not_enough(project, reader):
    with pytest.raises(NotEnoughError, match="needs two human coders, and nobody"):
        reader(project)


@pytest.mark.parametrize("reader", READERS)
def test_a_blind_round_is_left_out_or_refused(coded, reader):
    coded.open_round("Blind", mode="blind")
    for coder in ("Ana", "Ben"):
        coded.code_utterance("elm", 2, "Training", coder=coder, round_name="Blind")
    whole = reader(coded)
    if not isinstance(whole, str):
        assert "Blind" in whole.attrs["about"]["left_out"]
        assert "Blind" not in whole.to_csv()
    with pytest.raises(RefusedError, match="blind and still open"):
        reader(coded, round_name="Blind")


def test_machines_and_the_consensus_are_no_coders(coded):
    before = coded.confusion()
    coded.autocode("markers")
    at = coded.agreement_by_utterance(only_disagreements=True)["position"].item()
    for code in ("Pay", "Low pay"):
        coded.adjudicate("elm", at, code, code == "Pay", reason="x", by="Cleo")
    assert coded.confusion().equals(before)
    assert "markers" not in coded.agreement_by_utterance().columns


def test_figures_agree_with_those_of_agreement(coded):
    whole = coded.agreement().set_index("coefficient").loc["micro_alpha", "value"]
    assert coded.disagreement_by()["alpha"].item() == pytest.approx(whole)
    assert np.isfinite(whole)


def test_a_code_that_came_later_is_no_disagreement_before(coded):
    coded.add_code("Hours", reason="said often")
    at = coded.agreement_by_utterance(only_disagreements=True)["position"].item()
    coded.code_utterance("elm", at, "Hours", coder="Ana")
    table = coded.agreement_by_utterance(only_disagreements=True)
    assert table["Ana"].tolist() == ["Low pay; Hours"]
    assert "Hours" not in table["differs_on"].item()
    assert "Hours" not in set(coded.confusion()["code_a"]) | set(coded.confusion()["code_b"])
    whole = coded.agreement().set_index("coefficient").loc["micro_alpha", "value"]
    assert coded.disagreement_by()["alpha"].item() == pytest.approx(whole)
