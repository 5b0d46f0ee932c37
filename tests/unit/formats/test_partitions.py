"""Cutting a long table where documents end, whatever the blocks it comes in."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.errors import OptionError, UnreadableFileError
from qualkit.formats import partitions
from qualkit.formats.partitions import cut, read_part, write_part


def table(sizes) -> pd.DataFrame:
    documents = [f"d{number}" for number, size in enumerate(sizes) for _ in range(size)]
    positions = [at for size in sizes for at in range(1, size + 1)]
    return pd.DataFrame({"document": documents, "position": positions, "text": "words"})


def blocks(frame, size):
    return [frame.iloc[at : at + size].reset_index(drop=True) for at in range(0, len(frame), size)]


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=25),
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(1, 40),
)
def test_every_utterance_comes_once_in_order_and_cuts_do_not_depend_on_blocks(
    sizes, rows, one, other
):
    whole = table(sizes)
    parts = list(cut(blocks(whole, one), rows))
    again = list(cut(blocks(whole, other), rows))
    own = pd.concat([part.table.iloc[part.first : part.last] for part in parts])
    assert own.reset_index(drop=True).equals(whole)
    assert [part.number for part in parts] == list(range(len(parts)))
    for part, same in zip(parts, again, strict=True):
        assert (part.first, part.last) == (same.first, same.last)
        assert part.table.equals(same.table)
    longest = {name for name, size in zip(whole["document"].unique(), sizes, strict=True)
               if size <= 4 * rows}  # fmt: skip
    homes = pd.DataFrame(
        [(name, part.number) for part in parts
         for name in part.table["document"].iloc[part.first : part.last].unique()]
    )  # fmt: skip
    kept = homes[homes[0].isin(longest)]
    assert not kept[0].duplicated().any()


def test_a_very_long_document_is_cut_with_what_stands_beside(monkeypatch):
    monkeypatch.setattr(partitions, "BEFORE", 3)
    monkeypatch.setattr(partitions, "AFTER", 2)
    whole = table([2, 30, 4])
    parts = list(cut(blocks(whole, 7), rows=5))
    inside = [part for part in parts if part.first]
    assert inside
    for part in inside:
        assert part.first == 3
        assert part.table["document"].iloc[: part.first].eq("d1").all()
    first = next(part for part in parts if part.last < len(part.table))
    beside = first.table.iloc[first.last :]
    assert len(beside) == 2
    assert beside["document"].eq("d1").all()


def test_much_text_makes_smaller_partitions(monkeypatch):
    monkeypatch.setattr(partitions, "_CHARACTERS", 50)
    assert len(list(cut([table([2] * 20)], rows=1000))) >= 4


def test_documents_must_stand_together_and_in_order():
    frame = table([2, 2, 2])
    back = frame.iloc[[0, 2, 3, 1, 4, 5]]
    with pytest.raises(OptionError, match="d0: the document comes back after another; sort"):
        list(cut([back], rows=100))
    with pytest.raises(OptionError, match="comes back after another"):
        list(cut(blocks(pd.concat([frame, frame]), 2), rows=2))
    with pytest.raises(OptionError, match="d0: utterance 1 stands after one of the same or a high"):
        list(cut([frame.iloc[[1, 0]]], rows=100))
    with pytest.raises(OptionError, match="1 utterance or more, not 0"):
        list(cut([frame], rows=0))


@pytest.mark.parametrize("form", partitions.FORMS)
def test_what_is_written_comes_back_and_gives_the_same_bytes(tmp_path, form):
    frame = pd.DataFrame(
        {
            "document": ["001", "NA"],
            "position": [1, 2],
            "code": ["Pay", "=1+1"],
            "probability": [0.25, None],
            "offered": [True, False],
            "reason": ["a, b", ""],
        }
    )
    place = write_part(tmp_path, "codes-00000", frame, form)
    before = place.read_bytes()
    found = read_part(place)
    for name in frame:
        assert found[name].astype(object).where(found[name].notna(), None).tolist() == (
            frame[name].astype(object).where(frame[name].notna(), None).tolist()
        ), name
    write_part(tmp_path, "codes-00000", frame, form)
    assert place.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [place.name]


def test_a_damaged_part_is_one_sentence(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"no")
    with pytest.raises(UnreadableFileError, match=r"a\.parquet: cannot be read"):
        read_part(tmp_path / "a.parquet")
