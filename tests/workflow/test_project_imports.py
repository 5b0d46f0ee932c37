"""Projects of other programs come in whole, and leave as they came."""

from __future__ import annotations

import html
import re
import sqlite3
import unicodedata
import zipfile
from contextlib import closing

import pytest
from lxml import etree

from qualkit.errors import OptionError, ProjectExistsError, QualkitError, RefusedError
from qualkit.store import selections
from qualkit.workflow.project import create_project_from, open_project
from qualkit.workflow.project_files import read_project

TEXT = "Visit\n\nAnn: We need more pay.\n\nBob: So do we all.\n\nAnn: Then let us say so.\n"
HEAD = '<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="test">'


def selection(words: str, code: str, user: str = "u1", until: str = "") -> str:
    start = TEXT.index(words)
    end = TEXT.index(until) + len(until) if until else start + len(words)
    identity = f"{code}-{start}-{end}-{user}"
    return (
        f'<PlainTextSelection guid="s-{identity}" startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="{identity}" creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding>'
        "</PlainTextSelection>"
    )


@pytest.fixture
def foreign(tmp_path):
    """A project of two coders with a selection over two turns, and one on a heading."""
    inner = [
        selection("more pay", "c1"),
        selection("more pay", "c1", until="So do we all."),
        selection("more pay", "c1"),
        selection("Visit", "c2", "u2"),
    ]
    case = (
        '<Cases><Case guid="a" name="Ann"><VariableValue><VariableRef targetGUID="v"/>'
        '<TextValue>nurse</TextValue></VariableValue><VariableValue><VariableRef targetGUID="w"/>'
        "<IntegerValue>34</IntegerValue></VariableValue></Case></Cases>"
    )
    path = tmp_path / "p.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "project.qde",
            f'{HEAD}<Users><User guid="u1" name="Ana"/><User guid="u2" name="Ben"/>'
            '<User guid="u3" name="Idle"/></Users><CodeBook><Codes>'
            '<Code guid="c1" name="Pay" isCodable="true"/>'
            '<Code guid="c2" name="Opening" isCodable="true"/></Codes></CodeBook>'
            '<Variables><Variable guid="v" name="Role" typeOfVariable="Text"/>'
            '<Variable guid="w" name="Age" typeOfVariable="Integer"/></Variables>'
            f'{case}<Sources><TextSource guid="t" name="talk.txt" plainTextPath="internal://t.txt">'
            f"{''.join(inner)}</TextSource></Sources></Project>",
        )
        archive.writestr("sources/t.txt", TEXT)
    return path


def counts(report, what):
    rows = report[(report["what"] == what) & report["count"].notna()]
    return {outcome: int(n) for outcome, n in zip(rows["outcome"], rows["count"], strict=True)}


def test_what_is_in_the_file_is_what_came_in_and_what_is_listed(foreign, target):
    project, report = create_project_from(foreign, target)
    with project:
        assert counts(report, "codings") == {
            "in the file": 4,
            "placed": 3,
            "the same as another": 1,
        }
        assert counts(report, "pieces") == {"new": 4}
        assert counts(report, "coders") == {"in the file": 3, "placed": 2, "left out": 1}
        assert counts(report, "documents") == {"in the file": 1, "new": 1}
        codings = project.list_codings()
        assert set(codings["origin"]) == {"import"}
        assert codings["coder"].value_counts().to_dict() == {"Ana": 3, "Ben": 1}
        project.verify()


def test_a_selection_over_two_turns_is_one_on_each_and_leaves_as_one(foreign, target, tmp_path):
    project, _ = create_project_from(foreign, target)
    with project:
        spans = project.list_codings().query("code == 'Pay'")
        assert len(spans) == 3
        back = read_project(project.export_project(tmp_path / "out.qdpx"))
    before = {(one.start, one.end, one.coder) for one in read_project(foreign).codings}
    assert {(one.start, one.end, one.coder) for one in back.codings} == before
    assert len(back.codings) == 3


def test_a_selection_that_has_lost_a_part_leaves_as_its_parts(foreign, target, tmp_path):
    project, _ = create_project_from(foreign, target)
    with project:
        rows = project.list_codings()
        second = rows[rows["code"].eq("Pay") & rows["start"].isna()].iloc[0]
        project.remove_coding("talk", int(second["position"]), "Pay", coder="Ana")
        back = read_project(project.export_project(tmp_path / "out.qdpx"))
    assert len(back.codings) == 3  # "more pay", what is left of the long one, the heading
    longest = max(one.end - one.start for one in back.codings)
    assert longest < len("more pay.\n\nBob: So do we all.")


def test_a_heading_that_somebody_coded_counts_as_coded_text(foreign, target):
    project, report = create_project_from(foreign, target)
    with project:
        table = project.list_utterances()
        heading = table[table["text"] == "Visit"].iloc[0]
        assert bool(heading["codable"])
    assert counts(report, "utterances") == {"changed": 1}


def test_a_case_is_the_speaker_of_its_name(foreign, target):
    project, report = create_project_from(foreign, target)
    with project:
        ann = project.list_speakers().set_index("speaker").loc["Ann"]
        assert ann["role"] == "nurse"
        assert list(project.list_memos()["text"]) == ["Attributes: Age: 34"]
    assert counts(report, "cases") == {"in the file": 1, "placed": 1}


def test_a_variable_called_stakeholder_gives_a_new_project_its_types(foreign, target):
    with zipfile.ZipFile(foreign) as archive:
        xml = archive.read("project.qde").decode().replace('name="Role"', 'name="Stakeholder"')
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("project.qde", xml)
        archive.writestr("sources/t.txt", TEXT)
    project, _ = create_project_from(foreign, target)
    with project:
        assert [one.name for one in project.typology().types] == ["nurse"]
        ann = project.list_speakers().set_index("speaker").loc["Ann"]
        assert ann["stakeholder_type"] == "nurse"


def test_doing_it_twice_changes_nothing(foreign, target):
    project, _ = create_project_from(foreign, target)
    with project:
        before = project.list_codings()
        revision = project.revision
        again = project.import_project(foreign)
        assert project.list_codings().equals(before)
        assert project.revision == revision
        assert counts(again, "pieces") == {"there already": 4}
        assert counts(again, "documents") == {"in the file": 1, "there already": 1}


def test_into_a_project_codes_are_the_same_by_name_and_new_ones_are_added(project, foreign):
    report = project.import_project(foreign)
    assert counts(report, "codes") == {"in the file": 2, "there already": 1, "new": 1}
    assert project.codebook().find("Opening") is not None
    assert "talk" in list(project.list_documents()["document"])
    assert set(project.list_codings("talk")["code"]) == {"Pay", "Opening"}
    project.verify()


def test_coders_who_read_to_the_end_have_looked_at_everything(foreign, target):
    project, _ = create_project_from(foreign, target, finished=True)
    with project:
        codable = int(project.list_utterances()["codable"].sum())
        seen = project.list_reviews().groupby("coder").size()
        assert seen.to_dict() == {"Ana": codable, "Ben": codable}


def test_one_undo_by_coder_takes_the_codings_back(foreign, target):
    project, _ = create_project_from(foreign, target)
    with project:
        project.undo("Ana")
        assert set(project.list_codings()["coder"]) == {"Ben"}


def test_nothing_comes_into_a_round_that_is_closed(project, foreign):
    project.open_round("old")
    project.close_round("old")
    before = project.revision
    with pytest.raises(RefusedError):
        project.import_project(foreign, round_name="old")
    assert project.revision == before
    assert "talk" not in list(project.list_documents()["document"])


def test_a_copy_for_one_coder_holds_nothing_of_what_others_selected(foreign, target, new_target):
    project, _ = create_project_from(foreign, target)
    with project:
        place = new_target()
        project.split_project("Ben", place)
        with open_project(place) as copy, copy.database.read() as connection:
            assert set(copy.list_codings()["coder"]) == {"Ben"}
            assert selections.kept(connection) == {"talk": []}


def test_a_new_project_replaces_nothing_and_leaves_nothing_behind(foreign, tmp_path):
    target = tmp_path / "x.qualkit"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(ProjectExistsError):
        create_project_from(foreign, target)
    assert target.read_text("utf-8") == "mine"
    empty = tmp_path / "e.qdpx"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("project.qde", f"{HEAD}</Project>")
    with pytest.raises(OptionError, match="neither codes nor texts"):
        create_project_from(empty, tmp_path / "y.qualkit")
    assert not (tmp_path / "y.qualkit").exists()


def test_letters_that_are_put_together_move_no_span(tmp_path, target):
    path = tmp_path / "t.txt"
    path.write_bytes("Cafe\u0301 pay\r\nis (QCODE)lo\u0302w(/QCODE){#low}.\r\n".encode())
    project, _ = create_project_from(path, target, coder="Ana")
    with project:
        row = project.list_codings().iloc[0]
        text = project.list_utterances().set_index("position").loc[row["position"]]
        begin = int(row["start"] - text["start"])
        assert text["text"][begin : begin + int(row["end"] - row["start"])] == "l\u00f4w"
        assert row["coder"] == "Ana"


KINDS = (".qdpx", ".qde", ".sqlite3", ".rqda", ".rock", ".ROCKproject", ".docx", ".txt")
OUTCOMES = ("placed", "new", "there already", "the same as another", "left out")
COME_IN = {  # codings in the file; those of refi-qda.md are measured there by other means
    "exports/qcoder_CoC_Example1_MU.txt": 7,
    "exports/qcoder_CoC_Example2_MU.txt": 5,
    "exports/qcoder_CoC_Example2_MU_missing_close_curly.txt": 6,
    "exports/qcoder_CoC_Example2_MU_unbalanced_tags.txt": 6,
    "exports/qcoder_CoC_Example3_MU.txt": 7,
    "exports/qcoder_CoC_Example4_MU.txt": 3,
    "from-seeds/seeds.qdpx": 353,
    "from-seeds/taguette_seeds.sqlite3": 119,
    "minimal/project.qde": 2,
    "qdpx/nvivo_project.qdpx": 0,
    "qdpx/oltas.qdpx": 97,
    "qdpx/oltas0517.qdpx": 303,
    "qdpx/oltas_teszt.qdpx": 330,
    "qdpx/qc_demo.qdpx": 205,
    "qdpx/skyloom_Project.qde": 16,
    "qdpx/skyloom_TestProject.qdpx": 16,
    "qdpx/target-atlas-project.qdpx": 0,
    "rock/ci_example_1.rock": 4,
    "rock/example-1.rock": 21,
    "rock/example-2.rock": 7,
    "rock/example-3.rock": 23,
    "rock/example-4.rock": 23,
    "rock/example1.ROCKproject": 0,
    "rqda/robertour_db.rqda": 121,
    "taguette/serdif.sqlite3": 1930,
}
SAY_WHY = {
    "from-seeds/taguette_highlights_all.docx": "no comments in it; import it as a document",
    "qdpx/blank-atlas-project.qdpx": "neither codes nor texts",
    "qualcoder/examples_ID1.docx": "no comments in it; import it as a document",
    "qualcoder/examples_plain_codes_categories_for_import.txt": "no coded text",
    "qualcoder/examples_transcript.txt": "no coded text",
    "rock/attributes.rock": "neither codes nor texts",
    "taguette/serdif_all_tags.docx": "no comments in it; import it as a document",
}


def _bare(words: str) -> str:
    """Return words as they compare: composed, without white space."""
    return "".join(unicodedata.normalize("NFC", words).split())


class TestRealFiles:
    """What other programs wrote, in and out again."""

    @pytest.fixture
    def qda(self, shared):
        return shared / "samples" / "qda"

    @pytest.mark.parametrize(
        ("name", "codings", "sources", "codes"),
        [
            ("from-seeds/seeds.qdpx", 353, 5, 17),
            ("from-seeds/taguette_seeds.sqlite3", 119, 5, 12),
            ("rqda/robertour_db.rqda", 121, 6, 16),
            ("qdpx/oltas0517.qdpx", 303, 2, 152),
            ("qdpx/qc_demo.qdpx", 205, 2, 262),
            ("taguette/serdif.sqlite3", 1930, 17, 22),
        ],
    )
    def test_all_of_it_comes_in_and_leaves_again(
        self, qda, tmp_path, name, codings, sources, codes
    ):
        project, report = create_project_from(qda / name, tmp_path / "p.qualkit")
        with project:
            told = counts(report, "codings")
            assert told["in the file"] == codings
            assert told["placed"] + told.get("the same as another", 0) == codings
            found = read_project(project.export_project(tmp_path / "out.qdpx"))
        there = read_project(qda / name)
        here = {(one.coder, one.start, one.end) for one in there.codings}
        assert (len(found.sources), len(found.codebook.codes)) == (sources, codes)
        assert len(found.codings) == told["placed"]
        assert set(found.coders) == {one.coder for one in there.codings}
        if name.endswith(".qdpx"):
            assert {(one.coder, one.start, one.end) for one in found.codings} == here

    def test_every_file_comes_in_or_says_in_one_sentence_why_not(self, qda, tmp_path):
        files = {one.relative_to(qda).as_posix() for one in qda.rglob("*") if one.is_file()}
        there = {one for one in files if one.endswith(KINDS)}
        assert there == {*COME_IN, *SAY_WHY}
        for number, (name, codings) in enumerate(COME_IN.items()):
            made, report = create_project_from(qda / name, tmp_path / f"{number}.qualkit")
            made.close()
            rows = report[report["count"].notna()].groupby(["what", "outcome"])["count"].sum()
            assert int(rows.get(("codings", "in the file"), 0)) == codings, name
            for what in ("codings", "codes", "documents", "coders"):
                placed = [rows.get((what, one), 0) for one in OUTCOMES]
                assert rows.get((what, "in the file"), 0) == sum(placed), (name, what)
        for name, words in SAY_WHY.items():
            with pytest.raises(QualkitError, match=words):
                create_project_from(qda / name, tmp_path / "none.qualkit")
        assert not (tmp_path / "none.qualkit").exists()

    def test_serdif_comes_in_and_leaves_with_each_highlight_its_snippet(
        self, qda, shared, tmp_path
    ):
        path = qda / "taguette" / "serdif.sqlite3"
        project, _ = create_project_from(path, tmp_path / "p.qualkit")
        with project:
            out = project.export_project(tmp_path / "out.qdpx")
        with zipfile.ZipFile(out) as archive:
            root = etree.fromstring(archive.read("project.qde"))
        for name in ("Project.xsd", "Project-mrt2019.xsd"):
            schema = shared / "samples" / "qda" / "schema" / name
            etree.XMLSchema(etree.parse(schema)).assertValid(root)
        found = read_project(out)
        texts = {one.key: one.text for one in found.sources}
        words = sorted(_bare(texts[one.source][one.start : one.end]) for one in found.codings)
        with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
            rows = connection.execute(
                "SELECT snippet FROM highlights JOIN highlight_tags ON highlight_id = id"
            ).fetchall()
        assert words == sorted(_bare(html.unescape(re.sub("<[^>]*>", "", row[0]))) for row in rows)

    def test_highlights_of_taguette_are_its_snippets_here(self, qda, tmp_path):
        path = qda / "from-seeds" / "taguette_seeds.sqlite3"
        project, _ = create_project_from(path, tmp_path / "p.qualkit")
        with project:
            listed = project.list_codings()
        with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
            pairs = connection.execute("SELECT count(*) FROM highlight_tags").fetchone()[0]
        assert len(listed) >= pairs
