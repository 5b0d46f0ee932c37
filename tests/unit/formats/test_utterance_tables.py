"""Long tables of utterances, whatever they are written as."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from qualkit.errors import EmptyFileError, OptionError, UnknownFileKindError, UnreadableFileError
from qualkit.formats.utterance_tables import UtteranceTable

ROWS = pd.DataFrame(
    {
        "document": ["a", "a", "b"],
        "position": [1, 2, 7],
        "text": ["Hello, you", 'She said "no"\nand left', "Größe 🌱"],
        "speaker": ["Ann", "", "Bob"],
        "is_moderator": [True, False, False],
        "other": [1, 2, 3],
    }
)


def read(path) -> pd.DataFrame:
    return pd.concat(UtteranceTable(path).blocks(), ignore_index=True)


def test_csv_jsonl_and_parquet_give_the_same(tmp_path):
    ROWS.to_csv(tmp_path / "t.csv", index=False)
    ROWS.to_csv(tmp_path / "t.tsv", index=False, sep="\t")
    ROWS.to_csv(tmp_path / "s.csv", index=False, sep=";", encoding="utf-8-sig")
    ROWS.to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    ROWS.to_parquet(tmp_path / "t.parquet")
    tables = [read(tmp_path / name) for name in ("t.csv", "t.tsv", "s.csv", "t.jsonl", "t.parquet")]
    for table in tables:
        pd.testing.assert_frame_equal(table, tables[0])
    assert (
        tables[0]
        .drop(columns="is_moderator")
        .equals(ROWS.drop(columns=["other", "is_moderator"]).astype(tables[0].dtypes[:4].to_dict()))
    )
    assert tables[0]["is_moderator"].tolist() == [True, False, False]


def test_titles_in_any_case_and_separators_of_any_kind_are_found(tmp_path):
    given = ROWS.rename(columns=lambda one: f" {one.title()} ").assign(**{"a;b;c;d;e;f;g;h": 1})
    given.to_csv(tmp_path / "t.csv", index=False)
    ROWS.to_csv(tmp_path / "p.csv", index=False, sep="|")
    ROWS.to_csv(tmp_path / "cr.csv", index=False, lineterminator="\r")
    given.to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    given.to_parquet(tmp_path / "t.parquet")
    ROWS.to_csv(tmp_path / "plain.csv", index=False)
    plain = read(tmp_path / "plain.csv")
    for name in ("t.csv", "p.csv", "cr.csv", "t.jsonl", "t.parquet"):
        pd.testing.assert_frame_equal(read(tmp_path / name), plain)


@pytest.mark.parametrize("name", ["t.csv.gz", "t.tsv.gz", "t.jsonl.gz", "packed.csv"])
def test_tables_packed_by_gzip_are_read_as_they_were(tmp_path, name):
    if "jsonl" in name:
        plain = ROWS.to_json(orient="records", lines=True)
    else:
        plain = ROWS.to_csv(index=False, sep="\t" if "tsv" in name else ",")
    (tmp_path / name).write_bytes(gzip.compress(plain.encode()))
    table = UtteranceTable(tmp_path / name)
    found = pd.concat(table.blocks(), ignore_index=True)
    assert found["text"].tolist() == ROWS["text"].tolist()
    assert table.done == 1.0
    (tmp_path / name).write_bytes(gzip.compress(plain.encode())[:-12])
    with pytest.raises(UnreadableFileError, match="packed, and damaged or cut short"):
        read(tmp_path / name)


def test_numbers_as_names_are_the_same_whatever_else_is_in_the_column(tmp_path):
    frame = pd.DataFrame({"document": [7, 7, 8], "text": ["a", None, "c"], "position": [1, 2, 1]})
    frame.assign(speaker=[1, None, 2]).to_parquet(tmp_path / "float.parquet")
    frame.astype({"document": "Int64"}).assign(
        speaker=pd.array([1, None, 2], dtype="Int64")
    ).to_parquet(tmp_path / "nullable.parquet")
    frame.assign(speaker=pd.Categorical(["1", None, "2"])).to_parquet(tmp_path / "kinds.parquet")
    for name in ("float", "nullable", "kinds"):
        found = read(tmp_path / f"{name}.parquet")
        assert found["document"].tolist() == ["7", "7", "8"]
        assert found["speaker"].tolist() == ["1", "", "2"]
        assert found["text"].tolist() == ["a", "", "c"]


def test_without_positions_the_utterances_of_a_document_are_numbered(tmp_path, monkeypatch):
    monkeypatch.setattr("qualkit.formats.utterance_files._BLOCK", 2)
    lines = [json.dumps({"document": one, "text": "x"}) for one in "aaabb"]
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    assert read(tmp_path / "t.jsonl")["position"].tolist() == [1, 2, 3, 1, 2]


def test_what_is_not_codable_is_left_out_and_counted(tmp_path):
    ROWS.assign(codable=["yes", "no", "TRUE"]).to_csv(tmp_path / "t.csv", index=False)
    table = UtteranceTable(tmp_path / "t.csv")
    assert pd.concat(table.blocks())["position"].tolist() == [1, 7]
    assert (table.skipped, table.done) == (1, 1.0)
    ROWS.assign(codable=["", None, "no"]).to_csv(tmp_path / "t.csv", index=False)
    assert read(tmp_path / "t.csv")["position"].tolist() == [1, 2]


def test_a_folder_of_documents_is_read_as_it_is_imported(tmp_path):
    (tmp_path / "one.txt").write_text("Ann Lee: Hello there.\n\nBob Hart: Hello, Ann. Well?\n")
    (tmp_path / "two.md").write_text("# Heading\n\nA paragraph of words.\n")
    (tmp_path / "three.xyz").write_text("?")
    table = UtteranceTable(tmp_path)
    found = pd.concat(table.blocks(), ignore_index=True)
    assert found["document"].tolist() == ["one.txt", "one.txt", "two.md"]
    assert found["speaker"].tolist() == ["Ann Lee", "Bob Hart", ""]
    assert "Heading" not in set(found["text"])
    assert table.left_out == ["three.xyz"]
    assert [one["name"] for one in table.files()] == ["one.txt", "two.md"]


def test_folders_in_a_folder_are_gone_into_and_hidden_files_are_not_read(tmp_path):
    for name in ("a.txt", "2025/a.txt", ".hidden.txt", ".git/b.txt", "~$a.docx", "2025/x.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Ann Lee: Hello there.\n")
    table = UtteranceTable(tmp_path)
    assert pd.concat(table.blocks())["document"].tolist() == ["2025/a.txt", "a.txt"]
    assert table.left_out == ["2025/x.png", "~$a.docx"]


@pytest.mark.parametrize("rows_in_a_group", [2_000, 100_000])
def test_a_parquet_file_is_not_kept_in_memory_while_it_is_read(tmp_path, rows_in_a_group):
    rng = np.random.default_rng(0)
    text = [rng.bytes(100).hex() for _ in range(120_000)]
    path = tmp_path / "a.parquet"
    table = pd.DataFrame({"document": "d", "text": text})
    table.to_parquet(path, index=False, row_group_size=rows_in_a_group)
    before, most = pa.total_allocated_bytes(), 0
    for number, block in enumerate(UtteranceTable(path).blocks()):
        assert block["text"].iloc[-1] == text[min(number * 20_000 + 20_000, 120_000) - 1]
        most = max(most, pa.total_allocated_bytes() - before)
    assert most < 20_000_000  # the table has 24 million bytes


def test_a_folder_of_parquet_files_is_one_table(tmp_path):
    for number in range(2):
        ROWS.iloc[number : number + 1].to_parquet(tmp_path / f"p{number}.parquet")
    (tmp_path / "readme.txt").write_text("notes")
    assert read(tmp_path)["position"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("t.csv", b"text\nx\n", "there is no column document"),
        ("t.csv", b"document,text\n,x\n", "an utterance is of no document"),
        ("t.csv", b"document,text,position\na,x,one\n", "a position is no whole number"),
        ("t.csv", b"document,text,position\na,x,1.5\n", "a position is no whole number"),
        ("t.csv", b"document,text,position\na,x,1e300\n", "a position is no whole number"),
        ("t.csv", b"document,text,Text\na,x,y\n", "two columns are called text"),
        ("t.csv", b"", "there is no column document"),
        ("t.csv", b'document,"text', "a quotation mark is not closed"),
        ("t.jsonl", b'{"document": "a", "text": ["x"]}\n', "line 1: the line is no JSON"),
        ("t.csv", b"document,text,codable\na,x,perhaps\n", "'perhaps' in the column codable"),
        ("t.csv", b'document,text\na,"x\n', "a quotation mark is not closed"),
        ("t.csv", b"document,text\na,\xff\xfe\xfa\n", "is no table in UTF-8"),
        ("t.csv", b"document,text\na,b,c\n", "is no table in UTF-8"),
        ("t.jsonl", b'{"document": "a", "text": "x"}\n[1]\n', "line 2: the line is no JSON"),
        ("t.jsonl", b"[" * 100_000, "line 1: the line is no JSON"),
        ("t.parquet", b"PAR1 nothing", "is no whole Parquet file"),
        ("t.parquet", b"", "is no whole Parquet file"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_one_sentence(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises((OptionError, UnreadableFileError)) as problem:
        read(tmp_path / name)
    assert words in str(problem.value)
    assert "\n" not in str(problem.value)


def test_places_that_hold_nothing_are_told_apart(tmp_path):
    with pytest.raises(UnreadableFileError, match="no such file or folder"):
        UtteranceTable(tmp_path / "gone.csv")
    (tmp_path / "a.mp3").write_bytes(b"x")
    with pytest.raises(UnknownFileKindError, match=r"not read from a file of kind '\.mp3'"):
        UtteranceTable(tmp_path / "a.mp3")
    with pytest.raises(EmptyFileError, match="holds nothing that is read"):
        UtteranceTable(tmp_path)


def test_halves_of_characters_in_jsonl_are_mended(tmp_path):
    lines = [
        r'{"document": "a", "text": "\ud83d\ude00 and half: \ud83d"}',
        '{"document": "b\udc00", "text": "as bytes"}',
    ]
    (tmp_path / "t.jsonl").write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    table = read(tmp_path / "t.jsonl")
    assert table["text"].tolist() == ["\U0001f600 and half: \ufffd", "as bytes"]
    assert table["document"].tolist() == ["a", "b\ufffd"]
