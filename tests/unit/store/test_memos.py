from __future__ import annotations

from qualkit.store import documents, memos, speakers
from qualkit.store.journal import writing


def test_a_memo_is_stored_changed_moved_and_deleted(project):
    with writing(project.database) as journal:
        guid = memos.add(journal, "code", "pay", "first", "Ana")
        journal.record("memo.add", {}, actor="Ana")
        row = memos.named(journal.connection, guid[:6])[0]
        assert (row["coder"], row["text"], row["target"]) == ("Ana", "first", "pay")
        memos.change(journal, row, "second")
        memos.follow(journal, "code", "pay", "fees")
        memos.follow(journal, "document", "fees", "pay")
        journal.record("memo.change", {}, actor="Ana")
        row = memos.rows(journal.connection)[0]
        assert (row["text"], row["target"]) == ("second", "fees")
        assert row["changed_at"] > row["created_at"]
        memos.delete(journal, row)
        journal.record("memo.delete", {}, actor="Ana")
        assert memos.rows(journal.connection) == []
    project.verify()


def test_places_say_what_a_memo_hangs_on(project):
    [document] = [row["guid"] for row in _documents(project)]
    with writing(project.database) as journal:
        speaker = next(row["id"] for row in _speakers(project) if row["name"] == "Ann Lee")
        for about, target in (("utterance", 3), ("document", document), ("speaker", speaker)):
            memos.add(journal, about, str(target), "x", "Ana")
        journal.record("memo.add", {}, actor="Ana")
        found = memos.places(journal.connection)
    assert found["project"] == {"": (None, None, None)}
    assert found["document"] == {document: ("elm", None, None)}
    assert found["utterance"] == {"3": ("elm", 3, None)}
    assert found["speaker"] == {str(speaker): (None, None, "Ann Lee")}


def _documents(project):
    with project.database.read() as connection:
        return documents.rows(connection)


def _speakers(project):
    with project.database.read() as connection:
        return speakers.rows(connection)
