"""What screens ask of the workflow: one coder's transcript, and the words behind numbers."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from qualkit.errors import NotEnoughError, OptionError, UnknownNameError
from qualkit.model import (
    Code,
    Codebook,
    CoderKind,
    Coding,
    Document,
    Finding,
    Person,
    Speaker,
    Utterance,
    UtteranceKind,
)
from qualkit.workflow.documents import add_document
from qualkit.workflow.project import Project, create_project
from qualkit.workflow.screens import (
    check_coder,
    list_coders,
    list_progress,
    placed_report,
    transcript,
    utterances_behind,
)

BOOK = Codebook(
    "Small",
    (
        Code("money", "Money"),
        Code("pay", "Pay", parent="money"),
        Code("sick_pay", "Sick pay", parent="pay"),
        Code("time", "Time"),
    ),
)
TEXT = "HEAD\nToo little. PAGE 2 For nights.\nGo on?\nNobody said so.\n"


WHOLE = (
    Utterance(1, UtteranceKind.HEADING, 0, 4, codable=False, level=1),
    Utterance(2, UtteranceKind.SPEECH, 5, 35, speaker="Ana"),
    Utterance(3, UtteranceKind.SPEECH, 36, 42, speaker="Moderator"),
    Utterance(4, UtteranceKind.SPEECH, 43, 58),
)


def document(name: str = "talk") -> Document:
    speech = UtteranceKind.SPEECH
    utterances = (
        Utterance(1, UtteranceKind.HEADING, 0, 4, codable=False, level=1),
        Utterance(2, speech, 5, 35, speaker="Ana", asides=((17, 24),), section="HEAD"),
        Utterance(3, speech, 36, 42, speaker="Moderator", time=2.5),
        Utterance(4, speech, 43, 58),
    )
    return Document(
        name,
        TEXT,
        hashlib.sha256(TEXT.encode()).hexdigest(),
        TEXT.encode(),
        f"{name}.txt",
        utterances,
        (Speaker("Ana", role="nurse"), Speaker("Moderator", is_moderator=True)),
        (Person("Olga Roe", "Clerk"),),
        findings=(
            Finding("set aside", "1 utterance set aside: heading."),
            Finding("same speaker?", "'O'Roe' and 'Moderator' may be the same speaker."),
            Finding("speaker unclear", "Who asks this?", 3),
        ),
    )


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with create_project(tmp_path / "p.qualkit", codebook=BOOK) as made:
        add_document(made, document())
        yield made


def test_a_transcript_is_one_coders_view_and_nobody_elses(project: Project) -> None:
    project.apply_codings(
        [
            Coding("talk", 2, "pay", "Ana"),
            Coding("talk", 4, "time", "Ana", start=43, end=49),
            Coding("talk", 4, "money", "Ben"),
        ],
    )
    shown = transcript(project, "TALK", coder="Ana")
    assert shown["document"] == "talk"
    assert (shown["round"], shown["suggestions"], shown["codebook_version"]) == (
        "main",
        "always",
        1,
    )
    said = {"origin": "manual", "certainty": None, "memo": None}
    assert shown["codings"] == [
        {"position": 2, "code": "pay", "start": None, "end": None, **said},
        {"position": 4, "code": "time", "start": 43, "end": 49, **said},
    ]
    assert shown["reviewed"] == [2, 4]
    assert transcript(project, "talk", coder="Cleo")["codings"] == []


def test_a_transcript_is_ready_for_json_with_none_for_what_is_missing(project: Project) -> None:
    shown = transcript(project, "talk", coder="Ana")
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    heading, first, second, third = shown["utterances"]
    assert heading == {
        "position": 1,
        "kind": "heading",
        "label": None,
        "speaker": None,
        "stakeholder_type": None,
        "section": None,
        "note": None,
        "text": "HEAD",
        "level": 1,
        "time": None,
        "codable": False,
        "start": 0,
        "end": 4,
        "reported": False,
        "is_whole": True,
        "findings": [],
        "memo": None,
    }
    assert (first["text"], first["is_whole"], first["section"]) == (
        "Too little. For nights.",
        False,
        "HEAD",
    )
    assert (second["time"], third["speaker"]) == (2.5, None)


def test_a_transcript_names_the_revision_the_speakers_and_what_was_noticed(
    project: Project,
) -> None:
    shown = transcript(project, "talk", coder="Ana")
    assert shown["revision"] == project.revision
    assert shown["speakers"] == ["Ana", "Moderator", "Olga Roe"]
    noticed = {one["position"]: one["findings"] for one in shown["utterances"]}
    assert noticed == {1: [], 2: [], 3: ["Who asks this?"], 4: []}


def test_what_was_noticed_stays_with_its_words_when_utterances_are_split(project: Project) -> None:
    add_document(project, dataclasses.replace(document("plain"), utterances=WHOLE))
    project.split_utterance("plain", 2, "PAGE 2")
    shown = transcript(project, "plain", coder="Ana")["utterances"]
    assert [one["position"] for one in shown if one["findings"]] == [4]
    assert shown[3]["text"] == "Go on?"
    report = placed_report(project, "plain")
    assert report[report["topic"] == "finding"]["position"].tolist() == [1, 4, 4]


def test_a_report_has_a_place_to_look_at_for_each_line(project: Project) -> None:
    report = placed_report(project, "TALK").set_index(["topic", "item"])["position"]
    assert report["kind", "speech"] == 2
    assert report["speaker", "Ana"] == 2
    assert report["speaker", "Moderator"] == 3
    assert report["speaker", "(nobody named)"] == 4
    assert report["set aside", "heading"] == 1
    assert report["finding", "speaker unclear"] == 3
    assert report["finding", "set aside"] == 1
    assert report["finding", "same speaker?"] == 3  # the first of the two who speaks
    for line in (("words", "in the document"), ("never speaks", "Olga Roe")):
        assert pd.isna(report[line])
    with pytest.raises(UnknownNameError, match="no document 'walk'"):
        placed_report(project, "walk")


def test_a_transcript_of_an_unknown_document_or_round_is_refused(project: Project) -> None:
    with pytest.raises(UnknownNameError, match="no document 'walk'; did you mean 'talk'"):
        transcript(project, "walk", coder="Ana")
    with pytest.raises(UnknownNameError, match="no round 'pilot'"):
        transcript(project, "talk", coder="Ana", round_name="pilot")


def test_coders_are_listed_by_kind_in_order_of_appearance(project: Project) -> None:
    project.apply_codings([Coding("talk", 2, "pay", "Zoe"), Coding("talk", 2, "pay", "Ana")])
    project.apply_codings([Coding("talk", 2, "pay", "rules")], kind=CoderKind.MACHINE)
    assert list_coders(project) == ["Zoe", "Ana"]
    assert list_coders(project, CoderKind.MACHINE) == ["rules"]


def test_a_coder_is_known_again_in_any_case_and_needs_a_name_of_their_own(
    project: Project,
) -> None:
    project.apply_codings([Coding("talk", 2, "pay", "Zoe")])
    project.apply_codings([Coding("talk", 2, "pay", "rules")], kind=CoderKind.MACHINE)
    assert check_coder(project, " zoe ") == "Zoe"
    assert check_coder(project, "New  Person") == "New Person"
    for name in ("", "   ", "x" * 61, "Rules"):
        with pytest.raises(OptionError):
            check_coder(project, name)


def test_progress_counts_codable_utterances_of_this_coder_and_round(project: Project) -> None:
    add_document(project, document("other"))
    project.apply_codings([Coding("talk", 2, "pay", "Ana")], reviewed=[("talk", 3)])
    project.apply_codings([Coding("talk", 4, "pay", "Ben")])
    assert list_progress(project, coder="Ana").to_dict("records") == [
        {"document": "talk", "codable": 3, "reviewed": 2},
        {"document": "other", "codable": 3, "reviewed": 0},
    ]


def coded(project: Project) -> Project:
    add_document(project, document("other"))
    codings = [
        Coding("talk", 2, "sick_pay", "Ana"),
        Coding("talk", 2, "time", "Ana"),
        Coding("talk", 2, "pay", "Ben"),
        Coding("talk", 3, "pay", "Ana"),
        Coding("other", 4, "money", "Ana"),
        Coding("other", 4, "time", "Ana", start=43, end=49),
    ]
    reviewed = [(name, n) for name in ("talk", "other") for n in (2, 3, 4)]
    project.apply_codings(codings, reviewed=reviewed)
    return project


@pytest.mark.parametrize("by", ["role", "document", "speaker"])
@pytest.mark.parametrize("moderators", [False, True])
def test_behind_every_number_of_a_frequency_stand_as_many_utterances(
    project: Project, by: str, moderators: bool
) -> None:
    coded(project)
    table = project.frequency(by=by, moderators=moderators)
    assert table["n"].sum() > 0
    for row in table.to_dict("records"):
        found = utterances_behind(
            project,
            row["code"],
            level=row["level"],
            by=by,
            group=row[by],
            moderators=moderators,
        )
        assert len(found) == row["n"], row


def test_without_a_group_the_utterances_of_all_groups_are_given(project: Project) -> None:
    coded(project)
    found = utterances_behind(project, "money", level="theme")
    assert list(found.columns) == [
        "document", "position", "label", "speaker", "stakeholder_type", "text",
    ]  # fmt: skip
    assert list(found[["document", "position"]].itertuples(index=False, name=None)) == [
        ("talk", 2),
        ("other", 4),
    ]
    assert found["text"].iloc[0] == "Too little. For nights."


@pytest.mark.parametrize("by", ["coder", "round", "third", "kind", "reported"])
def test_behind_every_share_stand_as_many_utterances_whatever_makes_the_groups(
    project: Project, by: str
) -> None:
    coded(project)
    table = project.frequency(by=by).query("n > 0")
    assert len(table)
    for row in table.to_dict("records"):
        found = utterances_behind(
            project, row["code"], level=row["level"], by=by, group=str(row[by])
        )
        assert len(found) == row["n"], row


def test_what_the_project_lacks_is_named(project: Project) -> None:
    with pytest.raises(NotEnoughError):
        utterances_behind(project, "Pay")
    coded(project)
    with pytest.raises(UnknownNameError, match="no code 'Pey'; did you mean 'Pay'"):
        utterances_behind(project, "Pey")
    with pytest.raises(OptionError, match="cannot be grouped by 'height'"):
        utterances_behind(project, "Pay", by="height")
