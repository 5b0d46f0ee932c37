"""Projects in SQLite: QualCoder, Taguette, RQDA."""

from __future__ import annotations

import html
import re
import sqlite3
from contextlib import closing

import pytest

from qualkit.errors import UnknownFileKindError, UnreadableFileError
from qualkit.workflow.project_files import read_project

QUALCODER = """
CREATE TABLE project (databaseversion text, date text, memo text, about text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text,
  owner text, date text);
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text,
  supercatid integer);
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text,
  date text, color text);
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text,
  pos0 integer, pos1 integer, owner text, date text, memo text, important integer);
CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer,
  memo text, owner text, date text);
CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text,
  id integer, date text, owner text);
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer,
  pos1 integer, owner text, date text, memo text);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text);
CREATE TABLE journal (jid integer primary key, name text, jentry text, date text, owner text);
CREATE TABLE code_image (imid integer primary key, id integer);
INSERT INTO project VALUES ('v1', '', 'What it is about', '');
INSERT INTO source VALUES (1, 'talk', 'Ann: \U0001f600 more pay.', null, 'a memo', 'ana', '');
INSERT INTO source VALUES (2, 'map.png', null, '/images/map.png', '', 'ana', '');
INSERT INTO code_cat VALUES (1, 'Work', 'ana', '', 'about work', null);
INSERT INTO code_cat VALUES (2, 'Money', 'ana', '', '', 1);
INSERT INTO code_name VALUES (7, 'Pay', 'wages', 2, 'ana', '', '#FF0000');
INSERT INTO code_text VALUES (1, 7, 1, 'more pay', 7, 15, 'ana', '', 'strong', null);
INSERT INTO code_text VALUES (2, 7, 1, 'more', 7, 11, 'ben', '', null, null);
INSERT INTO code_text VALUES (3, 7, 1, 'gone', 70, 90, 'ben', '', null, null);
INSERT INTO code_image VALUES (1, 2);
INSERT INTO annotation VALUES (1, 1, 0, 3, 'who is she?', 'ben', '');
INSERT INTO journal VALUES (1, 'Day 1', 'began', '', 'ana');
INSERT INTO cases VALUES (1, 'Ann', 'keen', 'ana', '');
INSERT INTO attribute VALUES (1, 'age', 'case', '34', 1, '', 'ana');
INSERT INTO attribute VALUES (2, 'place', 'file', 'York', 1, '', 'ana');
INSERT INTO case_text VALUES (1, 1, 1, 0, 16, 'ana', '', '');
"""


@pytest.fixture
def qualcoder(tmp_path):
    folder = tmp_path / "study.qda"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "data.qda")) as connection:
        connection.executescript(QUALCODER)
    return folder


@pytest.mark.parametrize("inner", ["", "data.qda"])
def test_qualcoder_comes_in_from_its_folder_or_its_database(qualcoder, inner):
    found = read_project(qualcoder / inner)
    assert (found.program, found.name) == ("QualCoder", "study")
    names = {code.name: code.parent for code in found.codebook.codes}
    assert names == {"Work": None, "Money": "work", "Pay": "money"}
    text = found.sources[0].text
    words = [(text[one.start : one.end], one.coder, one.memo) for one in found.codings]
    assert words == [("more pay", "ana", "strong"), ("more", "ben", "")]
    assert found.sources[0].attributes == (("place", "York"),)
    assert found.cases[0] == ("Ann", (("age", "34"),), ("1",), "keen", ())
    assert [one.text for one in found.memos] == ["What it is about", "Day 1\nbegan", "who is she?"]


def test_what_qualcoder_has_and_qualkit_has_not_is_listed(qualcoder):
    told = {(one.what, one.reason) for one in read_project(qualcoder).losses}
    assert told == {
        ("source without text", "only text is coded in qualkit"),
        ("Coding", "its positions lie outside the text"),
        ("Coding", "it is on a PictureSelection"),
    }


def test_the_database_is_not_written_to(qualcoder):
    path = qualcoder / "data.qda"
    before = path.read_bytes()
    read_project(path)
    assert path.read_bytes() == before
    assert [one.name for one in qualcoder.iterdir()] == ["data.qda"]


def test_every_highlight_of_taguette_is_its_stored_snippet(shared):
    path = shared / "samples" / "qda" / "taguette" / "serdif.sqlite3"
    found = read_project(path)
    assert (len(found.sources), len(found.codebook.codes), len(found.codings)) == (17, 22, 1930)
    texts = {one.key: one.text for one in found.sources}
    words = {(one.source, one.start, one.end) for one in found.codings}
    words |= {(one.key, one.start, one.end) for one in found.memos if one.about == "span"}
    said = sorted(texts[key][start:end] for key, start, end in words)
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        rows = connection.execute(
            "SELECT DISTINCT document_id, start_offset, end_offset, snippet FROM highlights"
        ).fetchall()
        assert connection.execute("SELECT count(*) FROM highlights").fetchone()[0] == 1794
    stored = sorted(html.unescape(re.sub("<[^>]*>", "", row[3])) for row in rows)
    assert said == stored


def test_taguettes_own_export_of_the_seeds_comes_in_whole(shared):
    found = read_project(shared / "samples" / "qda" / "from-seeds" / "taguette_seeds.sqlite3")
    assert (len(found.sources), len(found.codebook.codes), len(found.codings)) == (5, 12, 119)
    assert found.coders == ["admin"]
    assert not found.losses


def test_rqda_comes_in_with_both_coders_and_its_quotes(shared):
    path = shared / "samples" / "qda" / "rqda" / "robertour_db.rqda"
    found = read_project(path)
    assert (len(found.sources), len(found.codings)) == (6, 121)
    texts = {one.key: one.text for one in found.sources}
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        stored = [row[0] for row in connection.execute("SELECT seltext FROM coding")]
    words = [texts[one.source][one.start : one.end] for one in found.codings]
    fits = sum(a.split() == b.split() for a, b in zip(words, stored, strict=True))
    assert fits == len(stored)


def test_other_databases_and_other_files_are_refused(tmp_path):
    path = tmp_path / "x.sqlite3"
    path.write_bytes(b"not a database")
    with pytest.raises(UnreadableFileError, match="no SQLite database"):
        read_project(path)
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE a (b)")
    with pytest.raises(UnknownFileKindError, match="none of QualCoder, Taguette and RQDA"):
        read_project(path)
    with pytest.raises(UnknownFileKindError, match="are not read"):
        read_project(tmp_path / "x.nvpx")
    (tmp_path / "empty.qda").mkdir()
    with pytest.raises(UnreadableFileError, match=r"no data\.qda"):
        read_project(tmp_path / "empty.qda")


def test_a_damaged_database_is_refused_in_one_sentence(qualcoder):
    path = qualcoder / "data.qda"
    data = bytearray(path.read_bytes())
    data[4096:8000] = b"\xff" * (8000 - 4096)
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableFileError, match="database"):
        read_project(path)
