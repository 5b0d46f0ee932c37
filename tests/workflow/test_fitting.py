"""Suggesters and tables that are kept serve several coders: each is told only what it may hear."""

from __future__ import annotations

import pytest

from qualkit.workflow.explaining import explain_suggestion
from qualkit.workflow.fitting import fit_suggester, kept_suggester
from qualkit.workflow.reading import everything
from qualkit.workflow.suggestions import suggest


def place(project, words: str) -> tuple[str, int]:
    table = project.list_utterances("elm")
    return "elm", int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


def code(project, words: str, name: str, coder: str, round_name: str = "main") -> None:
    project.code_utterance(*place(project, words), name, coder=coder, round_name=round_name)


def test_what_has_been_learned_is_not_learned_again(project):
    code(project, "pay is low", "Pay", "Ana")
    first = fit_suggester(project, viewer="Ana")
    project.add_memo("nothing to learn from", coder="Ana")
    assert fit_suggester(project, viewer="Ana") is first
    assert fit_suggester(project, viewer="Ben") is first  # both may learn from the same


def test_after_a_coding_the_old_one_answers_only_whom_it_will_do_for(project):
    first = fit_suggester(project, viewer="Ana")
    code(project, "pay is low", "Pay", "Ana")
    old = kept_suggester(project, viewer="Ana", behind=True)
    assert (old.suggester, old.behind) == (first, 1)
    assert suggest(project, coder="Ana", behind=True).attrs["about"]["behind"] == 1
    new = kept_suggester(project, viewer="Ana")
    assert new.behind == 0
    assert new.suggester.counts_["Pay"] == 1
    assert suggest(project, coder="Ana", behind=True).attrs["about"]["behind"] == 0


CHANGES = {
    "a round is opened": lambda project: project.open_round("Second", mode="blind"),
    "a code is added": lambda project: project.add_code("Weather", reason="it was missing"),
    "an utterance is set aside": lambda project: project.set_utterance(
        *place(project, "certificate"), codable=False
    ),
    "something is undone": lambda project: project.undo("Ana"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_any_other_change_the_old_one_answers_nobody(project, change):
    code(project, "pay is low", "Pay", "Ana")
    first = kept_suggester(project, viewer="Ana")
    change(project)
    second = kept_suggester(project, viewer="Ana", behind=True)
    assert second.behind == 0
    assert second.revision == project.revision > first.revision


def test_in_a_blind_round_nobody_is_served_with_what_another_coder_taught(project):
    project.open_round("Blind", mode="blind", suggestions="always")
    code(project, "pay is low", "Pay", "Ana", "Blind")
    told = {one: kept_suggester(project, viewer=one, behind=True) for one in ("Ana", "Ben", None)}
    counts = {one: int(kept.suggester.counts_["Pay"]) for one, kept in told.items()}
    assert counts == {"Ana": 1, "Ben": 0, None: 0}
    code(project, "certificate", "Training", "Ben", "Blind")
    for coder, at in (("Ana", "certificate"), ("Ben", "pay is low")):
        other = {"Ana": "Training", "Ben": "Pay"}[coder]
        for behind in (True, False):
            asked = {"coder": coder, "round_name": "Blind", "behind": behind}
            why = explain_suggestion(project, other, place=place(project, at), **asked)
            assert why.nearest.empty
            assert "codings" not in set(why.reasons["basis"]) or why.note.startswith("not enough")
    project.close_round("Blind")
    assert kept_suggester(project, viewer="Ben", behind=True).suggester.counts_["Pay"] == 1


def test_after_an_own_decision_the_same_document_is_no_reason_whatever_is_kept(project):
    at = place(project, "pay is low")
    code(project, "certificate", "Pay", "Ben")
    everywhere = explain_suggestion(project, "Pay", place=at, coder="Ana", behind=True)
    assert not everywhere.nearest.empty
    project.open_round("After", suggestions="after own decision")
    project.code_utterance(*at, "Training", coder="Ana", round_name="After")
    for behind in (True, False):
        asked = {"coder": "Ana", "round_name": "After", "behind": behind}
        assert explain_suggestion(project, "Pay", place=at, **asked).nearest.empty


def test_what_was_read_for_one_is_not_shown_to_another_in_a_blind_round(project):
    code(project, "pay is low", "Pay", "Ana")
    assert everything(project, "Ana") is everything(project, "Ben") is everything(project)
    project.open_round("Blind", mode="blind")
    code(project, "certificate", "Training", "Ana", "Blind")
    seen = {one: everything(project, one).codings["code"].tolist() for one in ("Ana", "Ben", None)}
    assert seen == {"Ana": ["Pay", "Training"], "Ben": ["Pay"], None: ["Pay"]}
    assert everything(project, "Ana").codings["code"].tolist() == ["Pay", "Training"]
    project.close_round("Blind")
    assert everything(project, "Ben").codings["code"].tolist() == ["Pay", "Training"]


def test_utterances_are_read_again_only_when_they_may_have_changed(project):
    first = everything(project)
    code(project, "pay is low", "Pay", "Ana")
    second = everything(project)
    assert second.utterances is first.utterances
    assert len(second.codings) == len(first.codings) + 1
    project.set_utterance(*place(project, "certificate"), speaker="Somebody")
    assert "Somebody" in set(everything(project).utterances["speaker"])
