from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from qualkit.errors import CodingsFileError
from qualkit.store.schema import documents, sources, texts
from qualkit.workflow.project import create_project

NAMES = ("Rosa Field", "Ann Lee", "Bob Hart", "Elm House")


def test_everybody_and_every_organisation_gets_a_label(project, tmp_path):
    path = tmp_path / "key.csv"
    project.propose_pseudonyms(path)
    key = pd.read_csv(path).set_index("name")
    assert set(NAMES) <= set(key.index)
    assert key["label"].nunique() == len(key)
    assert path.stat().st_mode & 0o077 == 0


def test_a_key_keeps_its_labels_and_is_completed(project, tmp_path):
    path = tmp_path / "key.csv"
    path.write_text("name,kind,label\nAnn Lee,person,Carer A\n")
    assert project.propose_pseudonyms(path) > 0
    assert pd.read_csv(path).set_index("name").loc["Ann Lee", "label"] == "Carer A"
    assert project.propose_pseudonyms(path) == 0


@pytest.mark.parametrize("kind", ["xlsx", "csv", "parquet", "R"])
def test_no_name_leaves_the_house_under_pseudonyms(project, tmp_path, kind):
    project.autocode("markers")
    key, out = tmp_path / "key.csv", tmp_path / f"out.{kind}"
    project.propose_pseudonyms(key)
    files = project.export(out, pseudonyms=key)
    if kind == "xlsx":
        text = " ".join(sheet.to_string() for sheet in pd.read_excel(out, None).values())
    elif kind == "parquet":
        text = pd.read_parquet(out).to_string() + str(pq.read_schema(out).metadata)
    else:
        text = " ".join(one.read_text(encoding="utf-8-sig") for one in files)
    assert [name for name in NAMES if name in text] == []
    assert "Person 1" in text


def test_names_are_replaced_before_anything_is_stored(
    new_target, codebook, typology, interview, tmp_path
):
    key = tmp_path / "key.csv"
    rows = [f"{name},person,Label {n}" for n, name in enumerate(NAMES)]
    key.write_text("name,kind,label\n" + "\n".join(rows) + "\n")
    with create_project(new_target(), codebook=codebook, stakeholders=typology) as made:
        made.import_documents([interview], pseudonyms=key)
        with made.database.read() as connection:
            row = connection.execute(select(documents)).one()
            text = connection.execute(select(texts.c.text)).scalar_one()
            source = connection.execute(select(sources.c.content)).scalar_one()
        stored = f"{text} {source!r} {row.about} {row.title}"
        stored += made.list_speakers().to_string() + made.list_utterances().to_string()
        assert [name for name in NAMES if name in stored] == []
        table = made.list_utterances()
        assert "The pay is low and the hours are long. I like the people I look after." in set(
            table["text"]
        )
        assert list(made.list_speakers()["stakeholder_type"]).count("Care worker") == 1
        made.verify()


def test_leaks_name_what_the_key_misses(project, tmp_path):
    path = tmp_path / "leak.txt"
    path.write_text(
        "Ann Lee: I went to Leeds with Zoe Hall.\n\nBob Hart: Write to zoe@elm.example.\n\n"
        "Ann Lee: Or ring 0113 496 0000.\n"
    )
    project.import_documents([path])
    key = tmp_path / "key.csv"
    project.propose_pseudonyms(key)
    leaks = project.list_leaks(key).set_index("words")
    assert {"Leeds", "Zoe Hall", "zoe@elm.example", "0113 496 0000"} <= set(leaks.index)
    assert leaks.loc["Leeds", "document"] == "leak"


def test_a_key_without_labels_names_the_column(project, tmp_path):
    key = tmp_path / "key.csv"
    key.write_text("name,kind\nAnn Lee,person\n")
    with pytest.raises(CodingsFileError, match="no column 'label'"):
        project.list_leaks(key)
