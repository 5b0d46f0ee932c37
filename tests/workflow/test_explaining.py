"""Why a code is suggested: told from what the coder may see, where the round shows suggestions."""

from __future__ import annotations

import pytest

from qualkit.errors import RefusedError, UnknownNameError
from qualkit.model import Exposure
from qualkit.workflow.explaining import explain_suggestion


def place(project, words: str) -> tuple[str, int]:
    table = project.list_utterances("elm")
    return "elm", int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


def test_the_reasons_are_of_the_utterance_and_the_strongest_come_first(project):
    at = place(project, "pay is low")
    told = explain_suggestion(project, "pay", place=at, coder="Ana")
    assert told.code == "Pay"
    assert told.note
    assert list(told.reasons.columns) == ["word", "weight", "basis"]
    assert told.reasons["weight"].abs().is_monotonic_decreasing
    assert "pay" in set(told.reasons["word"].str.lower())
    assert told.nearest.empty


def test_what_one_has_decided_on_is_not_explained_where_suggestions_come_before(project):
    at = place(project, "pay is low")
    project.code_utterance(*at, "Pay", coder="Ana")
    with pytest.raises(RefusedError, match="no suggestions show on this utterance"):
        explain_suggestion(project, "Pay", place=at, coder="Ana")
    assert explain_suggestion(project, "Pay", place=at, coder="Ben").code == "Pay"


def test_what_was_shown_before_the_decision_is_explained_after_it_without_this_document(project):
    at = place(project, "pay is low")
    shown = Exposure(*at, "pay", probability=0.7, rank=1, basis="codings", model="0.1.0@3")
    project.log_exposures([shown], coder="Ana")
    project.code_utterance(*at, "Training", coder="Ana")
    told = explain_suggestion(project, "Pay", place=at, coder="Ana")
    assert told.nearest.empty
    with pytest.raises(RefusedError, match="no suggestions show on this utterance"):
        explain_suggestion(project, "Training", place=at, coder="Ana")


def test_after_an_own_decision_the_same_document_is_no_reason(project):
    at = place(project, "pay is low")
    project.open_round("After", suggestions="after own decision")
    project.code_utterance(*at, "Pay", coder="Ana", round_name="After")
    told = explain_suggestion(project, "Pay", place=at, coder="Ana", round_name="After")
    assert told.nearest.empty


def test_a_round_without_suggestions_explains_none(project):
    project.open_round("Never", suggestions="never")
    with pytest.raises(RefusedError, match="shows no suggestions"):
        explain_suggestion(
            project, "Pay", place=place(project, "pay is low"), coder="Ana", round_name="Never"
        )


def test_what_there_is_not_is_named(project):
    at = place(project, "pay is low")
    with pytest.raises(UnknownNameError, match="no code 'Weather'"):
        explain_suggestion(project, "Weather", place=at, coder="Ana")
    with pytest.raises(UnknownNameError, match="no document 'oak'"):
        explain_suggestion(project, "Pay", place=("oak", 2), coder="Ana")
