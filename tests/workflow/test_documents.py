from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from qualkit.errors import UnknownNameError
from qualkit.store.schema import documents, sources, texts
from qualkit.workflow.documents import UTTERANCE_COLUMNS


def test_utterances_have_the_columns_of_the_contract(project):
    table = project.list_utterances()
    assert list(table.columns) == UTTERANCE_COLUMNS
    assert list(table["position"]) == list(range(1, len(table) + 1))
    assert table["codable"].dtype == bool


def test_offsets_point_at_the_words_in_the_stored_text(project, interview):
    text = interview.read_text(encoding="utf-8")
    for row in project.list_utterances("elm").itertuples():
        assert text[row.start : row.end] == row.text


def test_speakers_get_role_organisation_and_type_by_rule(project):
    table = project.list_speakers().set_index("speaker")
    assert table.loc["Ann Lee", "stakeholder_type"] == "Care worker"
    assert table.loc["Bob Hart", "role"] == "Registered manager"
    assert table.loc["Bob Hart", "stakeholder_type"] == "Provider"
    assert bool(table.loc["Rosa Field", "moderator"])
    assert "rule" in table.loc["Bob Hart", "type_reason"]


def test_a_document_imported_twice_is_there_once(project, interview):
    again = project.import_documents([interview])
    assert list(again["status"]) == ["already there"]
    assert len(project.list_documents()) == 1


def test_another_text_under_the_same_name_is_kept_apart(project, interview):
    interview.write_text("Ann Lee: Something else.\n\nBob Hart: Yes.\n\nAnn Lee: No.\n")
    report = project.import_documents([interview])
    assert list(report["document"]) == ["elm.txt"]
    assert len(project.list_documents()) == 2


def test_one_bad_file_does_not_stop_the_others_and_leaves_nothing(project, tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.xyz").write_text("?")
    (folder / "b.txt").write_text("")
    (folder / "c.txt").write_text("Ann Lee: Fine.\n\nBob Hart: Good.\n\nAnn Lee: Yes.\n")
    report = project.import_documents([folder])
    assert list(report["status"]) == ["failed", "failed", "imported"]
    assert "a.xyz" in report["message"][0]
    assert set(project.list_documents()["document"]) == {"elm", "c"}


def test_a_dry_run_stores_nothing(project, tmp_path):
    path = tmp_path / "new.txt"
    path.write_text("Ann Lee: Fine.\n\nBob Hart: Good.\n\nAnn Lee: Yes.\n")
    before = project.revision
    report = project.import_documents([path], dry_run=True)
    assert list(report["status"]) == ["read"]
    assert project.revision == before


def test_the_same_person_in_two_documents_is_one_speaker(project, tmp_path):
    path = tmp_path / "second.txt"
    path.write_text("Ann Lee: Fine.\n\nBob Hart: Good.\n\nAnn Lee: Yes.\n")
    project.import_documents([path])
    table = project.list_speakers()
    both = table[table["speaker"] == "Ann Lee"]
    assert set(both["document"]) == {"elm", "second"}
    assert set(both["stakeholder_type"]) == {"Care worker"}


def test_a_generic_label_is_another_person_in_another_document(project, tmp_path):
    for name in ("one", "two"):
        path = tmp_path / f"{name}.txt"
        path.write_text(
            f"Facilitator: How is it in {name}?\n\nParticipant A: Fine.\n\n"
            "Facilitator: And?\n\nParticipant A: Good.\n"
        )
        project.import_documents([path])
    project.set_speaker("Participant A", document="one", role="care worker")
    table = project.list_speakers().set_index(["document", "speaker"])
    assert table.loc[("one", "Participant A"), "stakeholder_type"] == "Care worker"
    assert table["stakeholder_type"].isna().loc[("two", "Participant A")]


def test_an_unknown_document_is_named_with_the_nearest(project):
    with pytest.raises(UnknownNameError, match="no document 'elms'; did you mean 'elm'"):
        project.list_utterances("elms")


def test_the_stored_bytes_are_the_bytes_of_the_file(project, interview):
    with project.database.read() as connection:
        row = connection.execute(select(documents)).one()
        text = connection.execute(select(texts.c.text)).scalar_one()
        source = connection.execute(select(sources.c.content)).scalar_one()
    assert source == interview.read_bytes()
    assert row.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert row.source_sha256 == hashlib.sha256(source).hexdigest()
