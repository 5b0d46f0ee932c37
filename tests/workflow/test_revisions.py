from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualkit.errors import OptionError, RefusedError, UnknownNameError
from qualkit.model import Code, Codebook, Coding
from qualkit.workflow.memos import Target
from qualkit.workflow.project import create_project

OLD = """Ann Lee: The pay is low and the hours are long. I like the people I look after.

Bob Hart: We cannot pay more, the council sets the fee.

Rosa Field: And training?

Ann Lee: We do the certificate every year, always the same.

Bob Hart: Training costs us a shift each time.
"""


@pytest.fixture
def talk(project, tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text(OLD, encoding="utf-8")
    project.import_documents([path])
    return project


def corrected(tmp_path, text: str) -> Path:
    path = tmp_path / "corrected" / "talk.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def place(project, words: str) -> pd.Series:
    table = project.list_utterances("talk")
    return table[table["text"].str.contains(words, regex=False)].iloc[0]


def code(project, words: str, name: str = "pay", coder: str = "Ana", **more) -> None:
    row = place(project, words)
    project.apply_codings([Coding("talk", int(row["position"]), name, coder, **more)])


def code_span(project, words: str, name: str = "pay", coder: str = "Ana", **more) -> None:
    row = place(project, words)
    start = int(row["start"]) + row["text"].index(words)
    code(project, words, name, coder, start=start, end=start + len(words), **more)


def coded_words(project) -> list[str]:
    codings, utterances = project.list_codings("talk"), project.list_utterances("talk")
    text = utterances.set_index("position")
    found = []
    for row in codings.itertuples():
        whole = text.loc[row.position]
        if pd.isna(row.start):
            found.append(whole["text"])
        else:
            first = int(row.start - whole["start"])
            found.append(whole["text"][first : first + int(row.end - row.start)])
    return found


def test_codings_follow_their_words_to_a_corrected_text(talk, tmp_path):
    code(talk, "council", memo="why", certainty=2)
    code_span(talk, "the hours are long")
    code_span(talk, "costs us a shift", "training", "Ben")
    before = talk.list_codings("talk")
    new = "Rosa Field: Let us begin.\n\n" + OLD.replace("The pay is", "Well, the pay is")
    table = talk.revise_document("talk", corrected(tmp_path, new))
    assert list(table["outcome"]) == ["moved"] * 3
    assert coded_words(talk) == [
        "the hours are long",
        "We cannot pay more, the council sets the fee.",
        "costs us a shift",
    ]
    after = talk.list_codings("talk")
    assert list(after["memo"].dropna()) == ["why"]
    assert list(after["created_at"]) == list(before["created_at"])
    talk.verify()


def test_reviews_and_what_was_set_by_hand_follow_certain_utterances(talk, tmp_path):
    code(talk, "council")
    position = int(place(talk, "And training")["position"])
    talk.set_utterance("talk", position, codable=False)
    talk.set_utterance("talk", int(place(talk, "certificate")["position"]), speaker="Cleo Finn")
    talk.revise_document("talk", corrected(tmp_path, "Rosa Field: Good morning.\n\n" + OLD))
    assert not place(talk, "And training")["codable"]
    assert place(talk, "certificate")["speaker"] == "Cleo Finn"
    reviews = talk.list_reviews()
    seen = reviews[reviews["document"] == "talk"]
    assert list(seen["position"]) == [place(talk, "council")["position"]]


def test_a_speaker_put_right_in_the_text_is_put_right_here(talk, tmp_path):
    new = OLD.replace("Bob Hart: Training", "Ann Lee: Training")
    talk.revise_document("talk", corrected(tmp_path, new))
    assert place(talk, "costs us")["speaker"] == "Ann Lee"
    assert place(talk, "costs us")["stakeholder_type"] == "Care worker"


def test_a_merged_speaker_is_known_by_the_other_name_too(talk, tmp_path):
    talk.merge_speakers("Ann Lee", ["Bob Hart"])
    talk.revise_document("talk", corrected(tmp_path, OLD.replace("council", "County Council")))
    assert place(talk, "costs us")["speaker"] == "Ann Lee"


def test_doubtful_codings_wait_beside_the_place_that_comes_nearest(talk, tmp_path):
    code(talk, "council", memo="fees")
    code_span(talk, "the hours are long")
    code_span(talk, "always the same", "training", "Ben")
    new = OLD.replace("We cannot pay more, the council sets the fee.", "It rained all day.")
    new = new.replace("the hours are long", "the shifts are long").replace(
        "always the same", "always the same, always the same"
    )
    table = talk.revise_document("talk", corrected(tmp_path, new))
    assert set(table["outcome"]) == {"quarantined"}
    waiting = talk.list_quarantine().set_index("quote")
    assert waiting.loc["the hours are long", "reason"] == "the quoted words are gone"
    assert waiting.loc["the hours are long", "text"] == place(talk, "the shifts")["text"]
    assert waiting.loc["always the same", "reason"] == "the quoted words occur 2 times"
    gone = waiting.loc["We cannot pay more, the council sets the fee."]
    assert gone["reason"] == "these words are no longer in the text"
    assert gone["memo"] == "fees"
    assert talk.list_codings("talk").empty
    talk.verify()


def test_the_quarantine_is_settled_by_decision(talk, tmp_path):
    code_span(talk, "the hours are long", memo="tired")
    code(talk, "council")
    code_span(talk, "always the same", "training")
    new = OLD.replace("We cannot pay more, the council sets the fee.", "It rained all day.")
    new = new.replace("the hours are long", "the shifts are long")
    new = new.replace("always the same", "never the same twice")
    talk.revise_document("talk", corrected(tmp_path, new))
    numbers = talk.list_quarantine().set_index("quote")["number"]
    hours, fee, same = (
        int(numbers.iloc[numbers.index.str.contains(w).argmax()])
        for w in ("hours", "council", "always")
    )
    position = int(place(talk, "shifts")["position"])
    with pytest.raises(OptionError, match="'the hours are long' does not occur in it"):
        talk.settle_quarantine(hours, position)
    talk.settle_quarantine(hours, position, words="the shifts are long")
    talk.settle_quarantine(same, int(place(talk, "certificate")["position"]), whole=True)
    talk.settle_quarantine(fee, None)
    assert talk.list_quarantine().empty
    assert coded_words(talk) == ["the shifts are long", place(talk, "certificate")["text"]]
    seen = talk.list_reviews().query("document == 'talk'")["position"].tolist()
    assert sorted(seen) == [position, int(place(talk, "certificate")["position"])]
    assert talk.list_codings("talk")["memo"].dropna().tolist() == ["tired"]
    with pytest.raises(UnknownNameError, match=f"no number {fee} in the quarantine"):
        talk.settle_quarantine(fee, None)
    talk.undo()
    assert list(talk.list_quarantine()["number"]) == [fee]
    talk.verify()


def test_settling_where_the_same_coding_stands_is_refused(talk, tmp_path):
    code(talk, "council")
    new = OLD.replace("We cannot pay more, the council sets the fee.", "It rained all day.")
    talk.revise_document("talk", corrected(tmp_path, new))
    code(talk, "It rained")
    position = int(place(talk, "It rained")["position"])
    number = int(talk.list_quarantine()["number"].iloc[0])
    with pytest.raises(RefusedError, match="the same coding stands there already"):
        talk.settle_quarantine(number, position)
    assert len(talk.list_quarantine()) == 1


def test_a_revision_is_taken_back_and_made_again_whole(talk, tmp_path):
    code(talk, "council")
    code_span(talk, "the hours are long")
    before = talk.list_utterances(), talk.list_codings(), talk.list_reviews()
    new = "Rosa Field: Good morning.\n\n" + OLD.replace("the hours are", "the shifts are")
    talk.revise_document("talk", corrected(tmp_path, new))
    after = talk.list_utterances(), talk.list_codings(), talk.list_reviews()
    assert talk.undo().action == "document.revise"
    for old, now in zip(
        before, (talk.list_utterances(), talk.list_codings(), talk.list_reviews()), strict=True
    ):
        pd.testing.assert_frame_equal(old, now)
    assert talk.list_quarantine().empty
    talk.redo()
    for old, now in zip(
        after, (talk.list_utterances(), talk.list_codings(), talk.list_reviews()), strict=True
    ):
        pd.testing.assert_frame_equal(old, now)
    talk.verify()


def test_a_dry_run_tells_the_same_and_changes_nothing(talk, tmp_path):
    code(talk, "council")
    path = corrected(tmp_path, OLD.replace("council", "city"))
    revision = talk.revision
    told = talk.revise_document("talk", path, dry_run=True)
    assert talk.revision == revision
    pd.testing.assert_frame_equal(told, talk.revise_document("talk", path))


def test_the_same_text_is_no_correction(talk, tmp_path):
    with pytest.raises(OptionError, match="the text is the same"):
        talk.revise_document("talk", corrected(tmp_path, OLD))


def test_a_memo_on_an_utterance_that_is_gone_goes_to_the_document_with_its_words(talk, tmp_path):
    position = int(place(talk, "council")["position"])
    talk.add_memo("ask him again", coder="Ana", target=Target(document="talk", position=position))
    new = OLD.replace("Bob Hart: We cannot pay more, the council sets the fee.\n\n", "")
    talk.revise_document("talk", corrected(tmp_path, new))
    memos = talk.list_memos()
    assert memos["text"].iloc[0].startswith("ask him again")
    assert "the council sets the fee" in memos["text"].iloc[0]
    talk.verify()


def test_a_cut_made_by_hand_is_made_again_and_codings_stand_on_their_part(talk, tmp_path):
    position = int(place(talk, "pay is low")["position"])
    talk.set_utterance("talk", position, speaker="Cleo Finn")
    talk.split_utterance("talk", position, "I like")
    code(talk, "pay is low", memo="first")
    code(talk, "I like the people", "training", "Ben")
    code_span(talk, "the hours are long", "low_pay")
    new = "Rosa Field: Let us begin.\n\n" + OLD.replace("The pay is", "Well, the pay is")
    new = new.replace("the certificate every year", "the certificate each year")
    told = talk.revise_document("talk", corrected(tmp_path, new))
    assert told[["what", "outcome", "position", "new_position"]].to_numpy().tolist() == [
        *[["coding", "moved", at, at + 1] for at in (1, 1, 2)],
        ["split", "made again", 1, 2],
        ["speaker", "made again", 1, 2],
        ["speaker", "made again", 2, 3],
    ]
    assert told.attrs["about"] == {"codings": 3, "moved": 3, "quarantined": 0}
    assert place(talk, "I like")["text"] == "I like the people I look after."
    assert set(coded_words(talk)) == {
        "Well, the pay is low and the hours are long.",
        "the hours are long",
        "I like the people I look after.",
    }
    assert place(talk, "I like")["speaker"] == "Cleo Finn"
    talk.verify()


def test_handwork_lasts_through_every_further_correction(talk, tmp_path):
    talk.split_utterance("talk", int(place(talk, "pay is low")["position"]), "I like")
    talk.set_utterance("talk", int(place(talk, "council")["position"]), speaker="Ann Lee")
    talk.join_utterances("talk", int(place(talk, "I like")["position"]))
    code(talk, "I like the people")
    before = place(talk, "I like")
    for opening in ("Let us begin.", "Good morning, let us begin.", "Well."):
        path = corrected(tmp_path, f"Rosa Field: {opening}\n\n{OLD}")
        told = talk.revise_document("talk", path)
        assert set(told["outcome"]) == {"moved", "made again"}
        assert told["what"].tolist().count("recut") == 1
        now = place(talk, "I like")
        assert now["text"] == before["text"]
        assert now["speaker"] == "Ann Lee"
        assert now["end"] - now["start"] == before["end"] - before["start"]
    talk.undo()
    talk.undo()
    talk.redo()
    talk.verify()


def test_handwork_that_has_no_certain_place_is_told_and_its_codings_wait(talk, tmp_path):
    talk.split_utterance("talk", int(place(talk, "pay is low")["position"]), "I like")
    talk.set_utterance("talk", int(place(talk, "And training")["position"]), codable=False)
    code(talk, "pay is low")
    code(talk, "I like the people", coder="Ben")
    new = OLD.replace("are long. I like the people I", "were long, too. My people I")
    new = new.replace("And training?", "What else?")
    told = talk.revise_document("talk", corrected(tmp_path, new)).set_index("what")
    assert told.loc["split", "outcome"] == "not made again"
    assert told.loc["codable", "outcome"] == "not made again"
    assert pd.isna(told.loc["split", "new_position"])
    assert told.loc["split", "reason"]
    assert "I like the people I look after." in told.loc["split", "quote"]
    assert told.attrs["about"] == {"codings": 2, "moved": 0, "quarantined": 2}
    assert len(talk.list_quarantine()) == 2
    talk.verify()


def test_a_cut_that_the_corrected_text_has_itself_counts_as_made_again(talk, tmp_path):
    talk.split_utterance("talk", int(place(talk, "pay is low")["position"]), "I like")
    code(talk, "pay is low")
    code(talk, "I like the people", coder="Ben")
    told = talk.revise_document(
        "talk", corrected(tmp_path, OLD.replace(" I like", "\n\nAnn Lee: I like"))
    )
    assert told["outcome"].tolist() == ["moved", "moved", "made again"]


def test_a_join_is_not_made_again_when_the_text_gives_a_part_to_somebody_else(talk, tmp_path):
    position = int(place(talk, "pay is low")["position"])
    talk.set_utterance("talk", position + 1, speaker="Ann Lee")
    talk.join_utterances("talk", position)
    code(talk, "council")
    new = OLD.replace("Bob Hart: We cannot", "Rosa Field: We cannot")
    told = talk.revise_document("talk", corrected(tmp_path, new)).set_index("what")
    assert told.loc["join", "reason"] == "the parts are given to other speakers now"
    assert place(talk, "council")["speaker"] == "Rosa Field"
    assert len(talk.list_quarantine()) == 1


def test_a_coding_of_a_code_merged_since_comes_back_as_the_one_that_took_it_in(talk, tmp_path):
    code(talk, "council", "low_pay")
    new = OLD.replace("We cannot pay more, the council sets the fee.", "It rained all day.")
    talk.revise_document("talk", corrected(tmp_path, new))
    talk.merge_codes("Pay", ["Low pay"], reason="r")
    (row,) = talk.list_quarantine().itertuples()
    assert row.code == "Pay"
    talk.settle_quarantine(int(row.number), int(place(talk, "It rained")["position"]))
    assert talk.list_codings("talk")["code"].tolist() == ["Pay"]
    talk.verify()


WORDS = ["pay is low", "yes", "no", "we do the certificate", "every year in May", "long hours too"]
BOOK = Codebook("B", (Code("a", "A"), Code("b", "B")))
UTTERANCE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(", ".join)


def transcript(utterances: list[str]) -> str:
    return (
        "\n\n".join(
            f"{'Ann Lee' if n % 2 else 'Bob Hart'}: {one}." for n, one in enumerate(utterances)
        )
        + "\n"
    )


@st.composite
def edited(draw, old: list[str]) -> list[str]:
    new = list(old)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(new) - 1))
        match draw(st.sampled_from(["change", "insert", "delete", "swap", "join"])):
            case "change":
                new[at] = new[at].replace(draw(st.sampled_from(WORDS)), draw(UTTERANCE))
            case "insert":
                new.insert(at, draw(UTTERANCE))
            case "delete" if len(new) > 2:
                del new[at]
            case "swap":
                new[at], new[0] = new[0], new[at]
            case "join" if at + 1 < len(new) and len(new) > 2:
                new[at : at + 2] = [f"{new[at]} {new[at + 1]}"]
    return new


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(old=st.lists(UTTERANCE, min_size=3, max_size=8), data=st.data())
def test_whatever_is_edited_no_coding_disappears(new_target, old, data):
    new = data.draw(edited(old))
    with (
        tempfile.TemporaryDirectory() as folder,
        create_project(new_target(), codebook=BOOK) as project,
    ):
        path = Path(folder) / "talk.txt"
        path.write_text(transcript(old), encoding="utf-8")
        project.import_documents([path])
        table = project.list_utterances()
        table = table[table["codable"]]
        codings = []
        for row in table.itertuples():
            if data.draw(st.booleans()):
                codings.append(Coding("talk", row.position, "a", "Ana"))
            if len(row.text) > 4 and data.draw(st.booleans()):
                first = data.draw(st.integers(0, len(row.text) - 4))
                span = {"start": row.start + first, "end": row.start + first + 4}
                codings.append(Coding("talk", row.position, "b", "Ben", **span))
        project.apply_codings(codings)
        before = Counter(coded_words(project)) if codings else Counter()
        path.write_text(transcript(new), encoding="utf-8")
        try:
            told = project.revise_document("talk", path)
        except OptionError:
            return  # the edits took each other back
        project.verify()
        after, waiting = project.list_codings(), project.list_quarantine()
        assert len(after) + len(waiting) == len(codings) == len(told)
        assert len(after) == (told["outcome"] == "moved").sum()
        spans = Counter(words for words in coded_words(project) if len(words) == 4)
        quotes = Counter(quote for quote in waiting["quote"] if len(quote) == 4)
        assert spans + quotes == Counter({w: n for w, n in before.items() if len(w) == 4})
        project.undo()
        assert Counter(coded_words(project)) == before
