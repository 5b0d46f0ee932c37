"""Databases of RQDA, and of older and newer versions of Taguette and QualCoder."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from qualkit.workflow.project import create_project_from
from qualkit.workflow.project_files import read_project

RQDA = """
CREATE TABLE project (databaseversion text, date text, dateM text, memo text, about text);
CREATE TABLE source (name text, id integer, file text, memo text, owner text, date text,
  dateM text, status integer);
CREATE TABLE freecode (name text, memo text, owner text, date text, dateM text, id integer,
  status integer, color text);
CREATE TABLE codecat (name text, cid integer, catid integer, owner text, date text, dateM text,
  memo text, status integer);
CREATE TABLE treecode (cid integer, catid integer, date text, dateM text, memo text,
  status integer, owner text);
CREATE TABLE coding (cid integer, fid integer, seltext text, selfirst real, selend real,
  status integer, owner text, date text, memo text);
CREATE TABLE filecat (name text, fid integer, catid integer, owner text, date text, dateM text,
  memo text, status integer);
CREATE TABLE treefile (fid integer, catid integer, date text, dateM text, memo text,
  status integer, owner text);
CREATE TABLE cases (name text, memo text, owner text, date text, dateM text, id integer,
  status integer);
CREATE TABLE caselinkage (caseid integer, fid integer, selfirst real, selend real,
  status integer, owner text, date text, memo text);
CREATE TABLE caseAttr (variable text, value text, caseID integer, date text, dateM text,
  owner text, status integer);
CREATE TABLE annotation (fid integer, position integer, annotation text, owner text, date text,
  dateM text, status integer);
INSERT INTO source VALUES ('one', 1, 'We need more pay. So do we.', 'NA', 'ann', '', '', 1);
INSERT INTO source VALUES ('two', 2, 'The rota is new.', '', 'ann', '', '', 1);
INSERT INTO freecode VALUES ('Pay', 'wages', 'ann', '', '', 1, 1, 'NA');
INSERT INTO freecode VALUES ('Rota', '', 'ann', '', '', 2, 1, NULL);
INSERT INTO codecat VALUES ('Old', 0, 1, 'ann', '', '', '', 0);
INSERT INTO codecat VALUES ('Money', 0, 2, 'ann', '', '', '', 1);
INSERT INTO codecat VALUES ('Work', 0, 3, 'ann', '', '', '', 1);
INSERT INTO treecode VALUES (1, 1, '', '', '', 1, 'ann');
INSERT INTO treecode VALUES (1, 2, '', '', '', 1, 'ann');
INSERT INTO treecode VALUES (1, 3, '', '', '', 1, 'ann');
INSERT INTO coding VALUES (1, 1, 'more pay', 8.0, 16.0, 1, 'ann', '', 'NA');
INSERT INTO coding VALUES (2, 2, 'rota', 4.0, 8.0, 1, 'bob', '', 'key');
INSERT INTO coding VALUES (2, 2, 'rota', 4.0, 8.0, -1, 'bob', '', '');
INSERT INTO coding VALUES (2, 2, 'rota', NULL, 8.0, 1, 'bob', '', '');
INSERT INTO filecat VALUES ('Ward', 0, 1, 'ann', '', '', '', 1);
INSERT INTO treefile VALUES (2, 1, '', '', '', 1, 'ann');
INSERT INTO cases VALUES ('Site A', 'a big one', 'ann', '', '', 1, 1);
INSERT INTO cases VALUES ('Gone', '', 'ann', '', '', 2, 0);
INSERT INTO caselinkage VALUES (1, 1, 0.0, 27.0, 1, 'ann', '', '');
INSERT INTO caselinkage VALUES (1, 2, 0.0, 8.0, 1, 'ann', '', '');
INSERT INTO caselinkage VALUES (2, 2, 0.0, 8.0, 0, 'ann', '', '');
INSERT INTO caseAttr VALUES ('beds', '40', 1, '', '', 'ann', NULL);
INSERT INTO annotation VALUES (1, 8, 'by whom?', 'bob', '', '', 1);
INSERT INTO annotation VALUES (1, 3, '', 'bob', '', '', 1);
"""

TAGUETTE = """
CREATE TABLE projects (id integer primary key, name text, description text);
CREATE TABLE documents (id integer primary key, name text, description text, filename text,
  project_id integer, contents text);
CREATE TABLE tags (id integer primary key, project_id integer, path text, description text);
CREATE TABLE highlights (id integer primary key, document_id integer, start_offset integer,
  end_offset integer, snippet text);
CREATE TABLE highlight_tags (highlight_id integer, tag_id integer);
CREATE TABLE project_members (project_id integer, user_login text, privileges text);
CREATE TABLE commands (id integer primary key, date text, user_login text, project_id integer,
  document_id integer, payload text);
INSERT INTO projects VALUES (1, 'Pay', '');
INSERT INTO documents VALUES (1, 'talk', '', 'talk.txt', 1, '<p>Ümit: more <b>pay</b>.</p>');
INSERT INTO tags VALUES (1, 1, 'Money', '');
INSERT INTO tags VALUES (2, 1, 'Wages', '');
INSERT INTO highlights VALUES (1, 1, 7, 15, 'more <b>pay</b>');
INSERT INTO highlight_tags VALUES (1, 1);
INSERT INTO highlight_tags VALUES (1, 2);
INSERT INTO project_members VALUES (1, 'ana', 'ADMIN');
INSERT INTO project_members VALUES (1, 'ben', 'TAG');
"""

QUALCODER_1 = """
CREATE TABLE project (databaseversion text, date text, memo text, about text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text,
  owner text, date text);
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text,
  supercatid integer);
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text,
  date text, color text);
CREATE TABLE code_text (cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
  owner text, date text, memo text);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text);
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer,
  pos1 integer, owner text, date text);
INSERT INTO source VALUES (1, 'talk', 'Ann: more pay.' || char(13) || char(10) || 'Bob: No.', null,
  '', 'ana', '');
INSERT INTO source VALUES (2, 'film.mp4', '', '/video/film.mp4', '', 'ana', '');
INSERT INTO code_name VALUES (1, 'Pay', '', null, 'ana', '', '');
INSERT INTO code_name VALUES (2, 'Low', '', null, 'ana', '', '#F5A9A9');
INSERT INTO code_text VALUES (1, 1, 'more pay', 5, 13, 'ana', '', '');
INSERT INTO code_text VALUES (2, 1, 'No', 21, 23, 'ben', '', '');
INSERT INTO cases VALUES (1, 'Bob', '', 'ana', '');
INSERT INTO case_text VALUES (1, 1, 1, 16, 24, 'ana', '');
"""
QUALCODER_4 = """
ALTER TABLE code_name ADD COLUMN supercid integer;
UPDATE code_name SET supercid = 1 WHERE cid = 2;
CREATE TABLE graph (grid integer primary key, name text);
INSERT INTO graph VALUES (1, 'map');
CREATE TABLE coder_names (name text, visibility integer);
"""


@pytest.fixture
def database(tmp_path):
    def make(name: str, *scripts: str):
        path = tmp_path / name
        with closing(sqlite3.connect(path)) as connection:
            for script in scripts:
                connection.executescript(script)
        return path

    return make


def losses(found):
    return {(one.what, one.count, one.reason) for one in found.losses}


def test_cases_of_rqda_know_their_files_and_files_their_categories(database):
    found = read_project(database("p.rqda", RQDA))
    assert found.cases == [("Site A", (("beds", "40"),), ("1",), "a big one", ("2",))]
    assert found.sources[1].attributes == (("File category", "Ward"),)
    assert [(one.text, one.start, one.end) for one in found.memos] == [("by whom?", 8, 9)]


def test_a_code_of_rqda_stands_below_a_category_that_is_not_deleted(database):
    found = read_project(database("p.rqda", RQDA))
    tree = {one.name: one.parent for one in found.codebook.codes}
    assert tree == {"Money": None, "Work": None, "Pay": "money", "Rota": None}


def test_what_rqda_has_and_does_not_come_in_is_listed(database, tmp_path):
    path = database("p.rqda", RQDA)
    assert losses(read_project(path)) == {
        ("Coding", 1, "it was deleted in RQDA"),
        ("Coding", 1, "it has no positions"),
        ("category of a code", 1, "a code stands below one of its categories"),
        ("selections of a case", 1, "who speaks is read from the text itself"),
    }
    project, report = create_project_from(path, tmp_path / "p.qualkit")
    with project:
        assert sorted(project.list_codings()["coder"]) == ["ann", "bob"]
        assert set(project.list_memos()["text"]) >= {
            "Attributes: File category: Ward",
            "Case Site A: a big one\nAttributes: beds: 40",
        }
    rows = report[report["what"].eq("codings")]
    told = dict(zip(rows["outcome"] + rows["reason"], rows["count"], strict=True))
    assert told["in the file"] == 4
    assert sum(told.values()) == 8


@pytest.mark.parametrize("field", ["id", "highlight_id"])
def test_who_coded_in_taguette_stands_in_its_log_old_or_new(database, field):
    payload = f"""{{"type": "highlight_add", "{field}": 1, "tags": [1, 2]}}"""
    line = f"INSERT INTO commands VALUES (1, '', 'ben', 1, 1, '{payload}');"
    found = read_project(database("t.sqlite3", TAGUETTE, line))
    text = found.sources[0].text
    assert [(text[one.start : one.end], one.coder) for one in found.codings] == [
        ("more pay", "ben"),
        ("more pay", "ben"),
    ]


def test_a_tag_of_newer_taguette_stands_below_another_by_number(database):
    newer = (
        "ALTER TABLE tags ADD COLUMN parent_id integer; UPDATE tags SET parent_id = 1 WHERE id = 2;"
    )
    found = read_project(database("t.sqlite3", TAGUETTE, newer))
    assert {one.name: one.parent for one in found.codebook.codes} == {
        "Money": None,
        "Wages": "money",
    }


@pytest.mark.parametrize("newer", ["", QUALCODER_4])
def test_a_database_of_any_version_of_qualcoder_comes_in(database, newer, tmp_path):
    path = database("data.qda", QUALCODER_1, newer)
    found = read_project(path)
    text = found.sources[0].text
    assert [text[one.start : one.end] for one in found.codings] == ["more pay", "No"]
    assert {one.name: one.parent for one in found.codebook.codes} == {
        "Pay": None,
        "Low": "pay" if newer else None,
    }
    assert found.cases == [("Bob", (), (), "", ("1",))]
    maps = {("Graph", 1, "qualkit keeps no drawn maps")} if newer else set()
    assert losses(found) == maps | {
        ("source without text", 1, "only text is coded in qualkit"),
        ("selections of a case", 1, "who speaks is read from the text itself"),
    }
    project, _ = create_project_from(path, tmp_path / "p.qualkit")
    with project:
        spans = project.list_codings().merge(
            project.list_utterances()[["document", "position", "start", "text"]],
            on=["document", "position"],
            suffixes=("", "_of"),
        )
        words = [
            one.text[int(one.start - one.start_of) : int(one.end - one.start_of)]
            for one in spans.itertuples()
        ]
        assert sorted(words) == ["No", "more pay"]


def test_nul_characters_come_in_as_signs_of_what_was_there(database):
    nul = "UPDATE source SET fulltext = 'Ann: ' || char(0) || 'more pay.' WHERE id = 1;"
    found = read_project(database("data.qda", QUALCODER_1, nul))
    assert found.sources[0].text == "Ann: \ufffdmore pay."
