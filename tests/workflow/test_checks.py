from __future__ import annotations

import pytest
from sqlalchemy import update

from qualkit.errors import CheckFailedError, OptionError, ProjectExistsError
from qualkit.model import Coding
from qualkit.store import schema
from qualkit.workflow.project import open_project


def test_a_sound_project_says_what_was_checked(project):
    project.code_utterance("elm", 5, "Pay", coder="Ana")
    checked = project.verify()
    assert (checked["documents"], checked["codings"]) == (1, 1)
    assert checked["changes"] == project.revision


def test_a_span_that_left_its_utterance_is_found(project):
    table = project.list_utterances()
    row = table[table["codable"]].iloc[1]
    start = int(row["start"])
    coding = Coding("elm", int(row["position"]), "pay", "Ana", start=start, end=start + 3)
    project.apply_codings([coding])
    project.verify()
    with project.database.write() as connection:
        connection.execute(update(schema.codings).values(start=0, end=start + 3))
    with pytest.raises(CheckFailedError, match=r"table codings.*differs.*in start"):
        project.verify()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            update(schema.codings).values(memo="another"),
            r"table codings.*differs.*in memo",
        ),
        (schema.codings.delete(), "table codings.*is in the log, but missing"),
        (update(schema.reviews).values(reviewed_at="x"), "table reviews.*reviewed_at"),
        (update(schema.speakers).values(role="king"), "table speakers.*role"),
        (update(schema.codebook_versions).values(content="[]"), "table codebook_versions.*content"),
    ],
)
def test_a_row_changed_by_other_means_is_found_and_located(project, change, found):
    project.code_utterance("elm", 5, "Pay", coder="Ana")
    project.verify()
    with project.database.write() as connection:
        connection.execute(change)
    with pytest.raises(CheckFailedError, match=found):
        project.verify()


def test_a_backup_opens_as_a_project_of_its_own(project, tmp_path):
    if project.database.is_server:
        with pytest.raises(OptionError, match="pg_dump"):
            project.backup()
        return
    path = project.backup(tmp_path / "copy.qualkit")
    with open_project(path) as copy:
        assert copy.revision == project.revision
    with pytest.raises(ProjectExistsError):
        project.backup(path)


def test_the_change_log_names_who_did_what(project):
    project.code_utterance("elm", 5, "Pay", coder="Ana")
    last = project.list_changes(limit=1).iloc[0]
    assert (last["actor"], last["action"]) == ("Ana", "codings.batch")
    assert '"codes": {"pay": 1}' in last["payload"]
