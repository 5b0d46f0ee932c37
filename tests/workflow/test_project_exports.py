"""A project leaves as REFI-QDA and comes back as it was."""

from __future__ import annotations

import json
import zipfile

import pytest
from lxml import etree

from qualkit.errors import OptionError, ProjectError, UnreadableFileError
from qualkit.formats.qdpx_read import read_qdpx
from qualkit.model import Coding
from qualkit.store import whole
from qualkit.workflow.memos import Target
from qualkit.workflow.project import create_project_from


@pytest.fixture
def study(project):
    """A project with two coders, a second round, spans, memos and reviews."""
    text = project.list_utterances("elm").set_index("position")
    at = int(text.index[text["text"].str.contains("pay is low")][0])
    start = int(text.loc[at, "start"])
    project.apply_codings(
        [
            Coding("elm", at, "low_pay", "Ana", start=start, end=start + 14, memo="strong"),
            Coding("elm", at, "pay", "Ana", certainty=2),
            Coding("elm", at + 2, "training", "Ana"),
        ]
    )
    project.apply_codings([Coding("elm", at, "pay", "Ben")], reviewed=[("elm", at + 1)])
    project.open_round("second", coders=["Ana"])
    project.apply_codings([Coding("elm", at, "fees", "Ana", round="second")])
    project.add_memo("What it is about", coder="Ana")
    project.add_memo("On her", coder="Ben", target=Target(speaker="Ann Lee"))
    project.add_memo("Here", coder="Ben", target=Target(document="elm", position=at))
    project.add_memo("Money", coder="Ana", target=Target(code="pay"))
    return project


def tables(project):
    with project.database.read() as connection:
        return {name: list(rows) for name, _, rows in whole.table_rows(connection)}


def test_a_project_comes_back_identical(study, tmp_path, new_target):
    path = study.export_project(tmp_path / "s.qdpx")
    back, report = create_project_from(path, new_target())
    with back:
        assert tables(back) == tables(study)
        assert back.name == study.name
        back.verify()
    counts = report.set_index("what")["count"]
    assert counts["codings"] == 5


@pytest.mark.parametrize("variant", ["standard", "nvivo", "maxqda", "atlas", "qualcoder"])
def test_every_variant_is_valid_and_comes_back(study, tmp_path, new_target, variant, shared):
    path = study.export_project(tmp_path / "s.qdpx", variant=variant)
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("project.qde"))
    for name in ("Project.xsd", "Project-mrt2019.xsd"):
        schema = shared / "samples" / "qda" / "schema" / name
        etree.XMLSchema(etree.parse(schema)).assertValid(root)
    back, _ = create_project_from(path, new_target())
    with back:
        assert tables(back) == tables(study)


def settled(project):
    """Adjudicate, so that there is a consensus coder, and add memos of several lines."""
    project.close_round("second")
    open_ones = project.list_disagreements(round_name="main")
    for one in open_ones.itertuples():
        place = (one.document, int(one.position), one.code)
        project.adjudicate(*place, True, by="Ana", reason="read together")
    project.add_memo("First line\nand a second\n\nand more.", coder="Ana")
    long = "On him, and at length, so that the title of the memo ends before its words do.\nTwo"
    project.add_memo(long, coder="Ben", target=Target(speaker="Ann Lee"))


def left(report, what):
    rows = report[report["what"] == what]
    return {one: int(n) for one, n in zip(rows["outcome"], rows["count"], strict=True) if n}


@pytest.mark.parametrize("variant", ["standard", "nvivo", "qualcoder"])
def test_a_projects_own_file_brings_nothing_new(study, tmp_path, variant):
    settled(study)
    kinds = set(study.list_reviews()["coder_kind"])
    assert kinds == {"human", "consensus"}
    before, path = tables(study), study.export_project(tmp_path / "s.qdpx", variant=variant)
    report = study.import_project(path)
    assert tables(study) == before
    for what in ("codings", "memos", "codes", "documents"):
        told = left(report, what)
        assert set(told) <= {"in the file", "there already"}, what
        assert told["there already"] == told.get("in the file", told["there already"]), what


def test_what_was_taken_away_since_comes_back_from_a_projects_own_file(study, tmp_path):
    path = study.export_project(tmp_path / "s.qdpx")
    first = study.list_codings().query("code == 'Training'").iloc[0]
    study.remove_coding("elm", int(first["position"]), "training", coder="Ana")
    report = study.import_project(path)
    assert left(report, "pieces") == {"new": 1, "there already": 4}
    assert left(report, "codings") == {"in the file": 5, "placed": 1, "there already": 4}


def test_the_file_says_what_it_contains_to_whoever_opens_it(study, tmp_path):
    def said(path):
        with zipfile.ZipFile(path) as archive:
            root = etree.fromstring(archive.read("project.qde"))
        return root.findtext("{urn:QDA-XML:project:1.0}Description")

    plain = said(study.export_project(tmp_path / "s.qdpx"))
    assert "5 codings in 1 document." in plain
    assert "speakers stand under the names they have" in plain
    assert "Coders: Ana, Ben." in plain
    assert "Rounds: main, second." in plain
    key = tmp_path / "key.csv"
    key.write_text("name,kind,label\nAnn Lee,person,Person 1\n", "utf-8")
    masked = said(study.export(tmp_path / "m.qdpx", pseudonyms=key)[0])
    assert "names are replaced by labels" in masked
    study.open_round("hidden", mode="blind")
    assert "Left out: everything of hidden" in said(study.export_project(tmp_path / "b.qdpx"))


def test_a_consensus_stays_one_in_another_project(study, tmp_path, new_target):
    settled(study)
    with zipfile.ZipFile(study.export_project(tmp_path / "s.qdpx")) as archive:
        parts = {one: archive.read(one) for one in archive.namelist() if "qualkit" not in one}
    with zipfile.ZipFile(tmp_path / "bare.qdpx", "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    back, _ = create_project_from(tmp_path / "bare.qdpx", new_target())
    with back:
        kinds = back.list_reviews().groupby("coder_kind")["coder"].unique()
        assert {kind: sorted(names) for kind, names in kinds.items()} == {
            "consensus": ["consensus"],
            "human": ["Ana", "Ben"],
        }


def test_ids_are_the_same_at_every_export(study, tmp_path):
    first, second = (
        zipfile.ZipFile(study.export_project(tmp_path / name)).read("project.qde")
        for name in ("a.qdpx", "b.qdpx")
    )
    assert first == second


def test_other_programs_find_coders_codes_codings_speakers_and_memos(study, tmp_path):
    found = read_qdpx(study.export_project(tmp_path / "s.qdpx"))
    assert found.coders == ["Ana", "Ben"]
    assert len(found.codebook.codes) == 4
    text = found.sources[0].text
    words = {(text[one.start : one.end], one.code and one.coder, one.memo) for one in found.codings}
    assert ("The pay is low", "Ana", "strong") in words
    assert len(found.codings) == 5
    ann = next(one for one in found.cases if one.name == "Ann Lee")
    told = {"Stakeholder type": "Care worker", "Role": "Care worker", "Organisation": "Elm House"}
    assert told.items() <= dict(ann.attributes).items()
    assert ann.heard == (found.sources[0].key,)
    told = {(one.about, one.text.split("\n")[-1]) for one in found.memos}
    assert {("project", "What it is about"), ("span", "Here"), ("code", "Money")} <= told


def test_while_a_blind_round_is_open_nothing_of_it_leaves(study, tmp_path):
    study.open_round("blind", mode="blind", coders=["Ana", "Ben"])
    at = int(study.list_codings()["position"].iloc[0])
    study.apply_codings([Coding("elm", at, "fees", "Ben", round="blind", memo="secret")])
    study.add_memo("secret too", coder="Ben", target=Target(document="elm", position=at))
    path = study.export_project(tmp_path / "s.qdpx")
    with zipfile.ZipFile(path) as archive:
        assert "qualkit.json" not in archive.namelist()
        assert all(b"secret" not in archive.read(name) for name in archive.namelist())
    assert len(read_qdpx(path).codings) == 5


def test_pseudonyms_replace_names_and_spans_follow(study, tmp_path):
    key = tmp_path / "key.csv"
    key.write_text("name,kind,label\nAnn Lee,person,Person 1\nBob Hart,person,A B C D\n", "utf-8")
    study.export(tmp_path / "s.qdpx", pseudonyms=key)
    with zipfile.ZipFile(tmp_path / "s.qdpx") as archive:
        assert all(b"Ann Lee" not in archive.read(name) for name in archive.namelist())
        assert "qualkit.json" not in archive.namelist()
    found = read_qdpx(tmp_path / "s.qdpx")
    text = found.sources[0].text
    assert "The pay is low" in {text[one.start : one.end] for one in found.codings}


def test_the_part_beside_says_what_was_done_and_by_whom(study, tmp_path):
    with zipfile.ZipFile(study.export_project(tmp_path / "s.qdpx")) as archive:
        part = json.loads(archive.read("qualkit.json"))
    done = {(line["actor"], line["action"]): line["count"] for line in part["log"]}
    assert done["Ana", "codings.batch"] == 2
    assert set(part) == {
        "format", "version", "project_file", "qualkit", "name", "tables", "texts", "log"
    }  # fmt: skip


def changed(path, part, change):
    """Write the archive again with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_file_that_another_program_changed_is_read_as_that_programs(study, tmp_path, new_target):
    path = study.export_project(tmp_path / "s.qdpx")
    changed(path, "project.qde", lambda data: data.replace(b'name="Training"', b'name="School"'))
    back, report = create_project_from(path, new_target())
    with back:
        assert "School" in [code.name for code in back.codebook().codes]
        assert set(back.list_codings()["round"]) == {"main"}
        assert len(back.list_codings()) == 5
    assert "read as" in set(report["outcome"])


@pytest.mark.parametrize(
    ("find", "put"),
    [
        (b'"elm"', b"17"),
        (b'"columns":["id"', b'"columns":["no"'),
        (b'"tables":{', b'"tables":[],"x":{'),
        (b'"rows":[\n[1,', b'"rows":[\n[1,1,'),
    ],
)
def test_a_part_that_was_tampered_with_is_refused(study, tmp_path, new_target, find, put):
    path = study.export_project(tmp_path / "s.qdpx")
    changed(path, "qualkit.json", lambda data: data.replace(find, put))
    target = new_target()
    with pytest.raises((ProjectError, UnreadableFileError)):
        create_project_from(path, target)


def test_another_program_is_refused(study, tmp_path):
    with pytest.raises(OptionError, match="no file is made for 'word'"):
        study.export(tmp_path / "s.qdpx", variant="word")
    assert not (tmp_path / "s.qdpx").exists()
