from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.errors import UnreadableFileError
from qualkit.formats import json_stream
from qualkit.formats.json_stream import JsonStream

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


class Dripping(io.StringIO):
    """A text that gives a few characters at a time, whatever it is asked for."""

    def read(self, size=-1):
        return super().read(min(size, 3) if size and size > 0 else size)


@given(value=VALUES, indent=st.sampled_from([None, 2]))
def test_a_value_is_read_the_same_however_it_is_cut(value, indent):
    text = json.dumps({"a": [value, value], "b": value}, indent=indent, ensure_ascii=False)
    stream = JsonStream(Dripping(text), "x")
    found = {}
    for key in stream.keys():  # noqa: SIM118
        found[key] = list(stream.elements()) if key == "a" else stream.value()
    stream.finish()
    assert found == {"a": [value, value], "b": value}


def read(text):
    stream = JsonStream(io.StringIO(text), "x.json")
    found = {key: stream.value() for key in stream.keys()}  # noqa: SIM118
    stream.finish()
    return found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no object where an object belongs"),
        ("[1]", "no object"),
        ('{"a": 1', "cut off"),
        ('{"a": "b', "cut off"),
        ('{"a" 1}', "no JSON"),
        ('{"a": 1,, "b": 2}', "no JSON"),
        ('{1: 2}', "key"),
        ('{"a": NaN}', "'NaN' is no JSON"),
        ('{"a": 1} {', "follows after its end"),
        ('{"a": ' + "[" * 100_000, "nested too deep"),
        ('{"a": ' + '{"a":' * 100_000 + "1", "nested too deep"),
        ('{"a": ' + "9" * 5_000 + "}", "too long"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused_in_one_sentence(text, words):
    with pytest.raises(UnreadableFileError, match=words) as problem:
        read(text)
    assert str(problem.value).startswith("x.json: cannot be read: ")
    assert len(str(problem.value)) < 120


def test_what_is_wrong_at_the_beginning_is_not_read_to_the_end():
    source = io.StringIO('{"a": wrong, "b": "' + "x" * 3_000_000)
    with pytest.raises(UnreadableFileError):
        next(iter({key: JsonStream(source, "x").value() for key in "a"}))
    assert source.tell() < 200_000


def test_a_value_without_end_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(json_stream, "_MOST_VALUE", 200_000)
    source = io.StringIO('{"a": "' + "x" * 3_000_000 + '"}')
    stream = JsonStream(source, "x")
    with pytest.raises(UnreadableFileError, match="longer than 200,000"):
        [stream.value() for _ in stream.keys()]  # noqa: SIM118
    assert source.tell() < 1_000_000
