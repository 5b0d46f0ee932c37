from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.errors import NotEnoughError, OptionError, RefusedError, UnknownNameError
from qualkit.model import Code, Coding
from qualkit.workflow.rounds import draw_sample
from qualkit.workflow.screens import list_progress


def place(project, words: str) -> int:
    table = project.list_utterances("elm")
    return int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


def code(project, position: int, wanted: str, coder: str, round_name: str) -> None:
    project.code_utterance("elm", position, wanted, coder=coder, round_name=round_name)


def test_a_round_states_its_rules(project):
    project.open_round("Pilot", mode="blind", coders=["Ana", "Ben"], documents=["elm"])
    row = project.list_rounds().set_index("round").loc["Pilot"]
    assert (row["mode"], row["suggestions"], row["coders"]) == ("blind", "never", "Ana, Ben")
    assert row["codebook_version"] == 1
    assert row["progress"] == "Ana 0 of 6, Ben 0 of 6"
    assert pd.isna(row["closed_at"])


def test_an_open_round_shows_suggestions_unless_said(project):
    project.open_round("Wide")
    project.open_round("Later", suggestions="after own decision")
    rules = project.list_rounds().set_index("round")["suggestions"]
    assert rules[["Wide", "Later"]].tolist() == ["always", "after own decision"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"name": "MAIN"}, "there is a round 'MAIN' already"),
        ({"name": " "}, "1 to 60 characters"),
        ({"mode": "secret"}, "'secret' is no mode; use open, blind"),
        ({"suggestions": "often"}, "'often' is no rule for suggestions"),
        ({"coders": []}, "needs a coder"),
        ({"sample": 99}, "a sample of 99 needs more than the 6"),
        ({"sample": 2.5}, "2.5 is no size of a sample"),
        ({"sample": 2, "per": "weather"}, "cannot be drawn per 'weather'"),
    ],
)
def test_a_wrong_rule_opens_nothing(project, rules, message):
    before = project.revision
    with pytest.raises(OptionError, match=message):
        project.open_round(**{"name": "Pilot", **rules})
    assert project.revision == before


def test_a_round_on_an_unknown_document_is_refused(project):
    with pytest.raises(UnknownNameError):
        project.open_round("Pilot", documents=["oak"])


def test_a_round_on_nothing_is_refused(project):
    project.undo()
    with pytest.raises(NotEnoughError, match="nothing to code"):
        project.open_round("Pilot")


def test_who_is_not_in_the_round_does_not_code_in_it(project):
    project.open_round("Pilot", coders=["Ana", "Ben"])
    with pytest.raises(RefusedError, match=r"Eve does not take part in round 'Pilot'; .* Ana, Ben"):
        code(project, place(project, "pay is low"), "Pay", "Eve", "Pilot")
    assert project.list_codings().empty


def test_what_is_not_in_the_sample_is_not_coded(project):
    project.open_round("Pilot", sample=2, seed=4)
    inside = project.list_rounds().set_index("round").loc["Pilot", "progress"]
    assert pd.isna(inside)
    table = project.list_utterances()
    operations = [
        {"op_id": f"operation-{one}", "action": "review", "document": "elm", "position": one}
        for one in map(int, table.loc[table["codable"], "position"])
    ]
    answers = project.apply_operations(operations, coder="Ana", round_name="Pilot")
    assert [one["ok"] for one in answers].count(True) == 2
    said = {one["message"] for one in answers if not one["ok"]}
    assert all("is not part of round 'Pilot'" in message for message in said)
    assert project.list_rounds().set_index("round").loc["Pilot", "progress"] == "Ana 2 of 2"


def test_the_sample_keeps_its_seed_and_what_was_drawn(project):
    drawn = project.open_round("Pilot", sample=0.5, per="stakeholder_type", seed=7)
    told = json.loads(project.list_rounds().set_index("round").loc["Pilot", "sample"])
    assert (told["wanted"], told["per"], told["seed"]) == (0.5, ["stakeholder_type"], 7)
    assert drawn["drawn"].sum() == 3
    assert told["drawn"] == drawn.to_dict("records")


def test_progress_counts_what_belongs_to_the_round(project):
    project.open_round("Pilot", sample=2)
    table = list_progress(project, coder="Ana", round_name="Pilot")
    assert table[["codable", "reviewed"]].to_numpy().tolist() == [[2, 0]]
    assert list_progress(project, coder="Ana")["codable"].tolist() == [6]


def test_a_machine_codes_only_what_the_round_has(project):
    project.open_round("Pilot", sample=3)
    project.autocode("markers", round_name="Pilot")
    project.code_query("/a/", "Pay", coder="finder", round_name="Pilot")
    assert project.list_reviews().groupby("coder").size().tolist() == [3, 3]


def test_a_closed_round_is_frozen(project):
    position = place(project, "pay is low")
    project.open_round("Pilot")
    code(project, position, "Pay", "Ana", "Pilot")
    code(project, position, "Training", "Ana", "Pilot")
    project.undo("Ana")
    project.close_round("pilot")
    before = project.list_codings()
    with pytest.raises(RefusedError, match="round 'Pilot' is closed"):
        code(project, position, "Training", "Ana", "Pilot")
    with pytest.raises(RefusedError, match="can't be made again: round 'Pilot' is closed"):
        project.redo("Ana")
    with pytest.raises(RefusedError, match="can't be taken back: round 'Pilot' is closed"):
        project.undo("Ana")
    with pytest.raises(RefusedError, match="closed"):
        project.set_coding(Coding("elm", position, "pay", "Ana", "Pilot"), memo="late")
    with pytest.raises(RefusedError, match="closed"):
        project.close_round("Pilot")
    pd.testing.assert_frame_equal(project.list_codings(), before)
    project.verify()


def test_closing_is_for_good(project):
    project.open_round("Pilot")
    project.close_round("Pilot")
    with pytest.raises(RefusedError):
        project.undo()
    assert project.list_rounds()["closed_at"].notna().tolist() == [False, True]


def test_a_round_is_taken_back_and_opened_again(project):
    before = project.list_rounds()
    project.open_round("Pilot", coders=["Ana"], sample=2)
    opened = project.list_rounds()
    project.undo()
    pd.testing.assert_frame_equal(project.list_rounds(), before)
    project.redo()
    pd.testing.assert_frame_equal(project.list_rounds(), opened)
    project.verify()


def test_a_round_with_codings_in_it_is_not_taken_back(project):
    project.open_round("Pilot")
    code(project, place(project, "pay is low"), "Pay", "Ana", "Pilot")
    with pytest.raises(RefusedError, match=r"round\.new"):
        project.undo()
    project.verify()


def test_a_blind_round_holds_to_its_codebook(project, tmp_path):
    from qualkit.formats.codebooks import dump_codebook  # noqa: PLC0415

    position = place(project, "pay is low")
    project.open_round("Pilot", mode="blind")
    book = project.codebook()
    grown = type(book)(book.name, (*book.codes, Code("hours", "Hours")))
    path = tmp_path / "grown.yaml"
    path.write_text(dump_codebook(grown), encoding="utf-8")
    project.apply_codebook(path, reason="hours matter")
    code(project, position, "Pay", "Ana", "Pilot")
    with pytest.raises(RefusedError, match="'hours' is not in codebook version 1"):
        code(project, position, "Hours", "Ana", "Pilot")
    code(project, position, "Hours", "Ana", "main")
    versions = project.list_codings(viewer="Ana").set_index("code")["codebook_version"]
    assert versions.to_dict() == {"Pay": 1, "Hours": 2}


def test_a_split_utterance_stays_in_its_round_and_a_joined_one_too(project):
    project.open_round("Pilot", documents=["elm"])
    position = place(project, "pay is low")
    project.split_utterance("elm", position, "I like")
    code(project, position + 1, "Pay", "Ana", "Pilot")
    project.undo("Ana")
    project.join_utterances("elm", position)
    code(project, position, "Pay", "Ana", "Pilot")
    project.verify()


def test_nobody_removes_the_coding_of_another(project):
    from qualkit.model import Coder  # noqa: PLC0415
    from qualkit.store import codings  # noqa: PLC0415
    from qualkit.store.batches import Batch  # noqa: PLC0415
    from qualkit.workflow.codings import commit_batches  # noqa: PLC0415

    code(project, place(project, "pay is low"), "Pay", "Ana", "main")
    with project.database.read() as connection:
        identity = codings.frame(connection)["id"].iloc[0]
    with pytest.raises(RefusedError, match="somebody else"):
        commit_batches(project, [Batch(Coder("Ben"), remove=[identity])])
    assert len(project.list_codings()) == 1


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y", None])), min_size=1),
    st.integers(0, 5),
    st.data(),
)
def test_a_sample_is_of_its_size_and_in_proportion(turns, seed, data):
    table = pd.DataFrame(turns, columns=["document", "stakeholder_type"], dtype=object)
    size = data.draw(st.integers(1, len(table)))
    drawn = draw_sample(table, size, seed=seed)
    assert len(drawn) == size
    assert drawn.index.is_unique
    assert drawn.index.is_monotonic_increasing
    pd.testing.assert_frame_equal(drawn, draw_sample(table, size, seed=seed))
    strata = table.fillna("-").groupby(["document", "stakeholder_type"]).size()
    got = drawn.fillna("-").groupby(["document", "stakeholder_type"]).size()
    exact = strata * size / len(table)
    assert (got.reindex(strata.index, fill_value=0) - exact).abs().max() < 1


def test_within_a_stratum_every_utterance_is_as_likely():
    table = pd.DataFrame({"document": ["a"] * 20})
    drawn = [draw_sample(table, 5, per=["document"], seed=seed).index for seed in range(800)]
    counts = np.bincount(np.concatenate(drawn), minlength=20)
    assert abs(counts - 200).max() < 5 * np.sqrt(800 * 0.25 * 0.75)
