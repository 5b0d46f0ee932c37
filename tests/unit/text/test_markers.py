import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.errors import OptionError
from qualkit.text import markers as module
from qualkit.text.markers import MAX_MARKER_LENGTH, compile_marker, compile_markers, find_markers


def spans(pattern, text):
    return [match.group() for match in compile_marker(pattern).finditer(text)]


def test_a_word_is_a_whole_word_in_any_case():
    assert spans("pay", "Pay is pay, but payroll, repay and pay_scale are not PAY.") == [
        "Pay",
        "pay",
        "PAY",
    ]


@pytest.mark.parametrize("gap", [" ", "  ", "\n", "\r\n", "\t", "\u00a0", " \n   "])
def test_any_white_space_stands_between_the_words_of_a_phrase(gap):
    text = f"no sick{gap}pay"
    assert spans("sick pay", text) == [f"sick{gap}pay"]
    assert len(find_markers([text], {"a": ["sick  pay"]})) == 1


def test_a_phrase_needs_its_gap():
    assert spans("sick pay", "sickpay sick-pay sick, pay") == []


def test_straight_and_curly_apostrophes_are_the_same():
    text = "We can't, can\u2019t and can\u2018t."
    assert (
        spans("can't", text) == spans("can\u2019t", text) == ["can't", "can\u2019t", "can\u2018t"]
    )
    assert len(find_markers([text[8:]], {"a": ["can't"]})) == 1


def test_a_star_stands_for_any_ending_of_its_word():
    text = "Retain, retaining, retention; career pathways, careers pathway"
    assert spans("retain*", text) == ["Retain", "retaining"]
    assert spans("career* path*", text) == ["career pathways", "careers pathway"]


def test_signs_of_a_phrase_must_be_there():
    text = "A zero-hours contract, a zero hours contract, £86,000 and 24/7"
    assert spans("zero-hour*", text) == ["zero-hours"]
    assert spans("£86,000", text) == ["£86,000"]
    assert find_markers([text], {"a": ["24/7"]})[["start", "end"]].to_numpy().tolist() == [[58, 62]]


def test_slashes_make_a_regular_expression_whose_lines_have_a_start_and_an_end():
    assert spans(r"/£\d+ an hour/", "It is £10 an hour, not £9 AN HOUR") == [
        "£10 an hour",
        "£9 AN HOUR",
    ]
    assert spans("/^pay/", "pay\npay pay") == ["pay", "pay"]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("a\x00b", "is empty"),
        ("//", "also finds the empty text"),
        ("/x*/", "also finds the empty text"),
        ("/(/", "is not a regular expression"),
        ("*", "does not end a word"),
        ("*pay", "does not end a word"),
        ("re*tain", "does not end a word"),
        ("x" * (MAX_MARKER_LENGTH + 1), "is longer than 200 characters"),
        (r"/(a)\1/", "do not offer"),
        (r"/(?P<n>a)/", "do not offer"),
        (r"/\Apay/", "do not offer"),
        (r"/(a+)+$/", "repeats a group"),
        (r"/(?:a|aa)*b/", "repeats a group"),
        (r"/(?:(?:\w+\s)x)+/", "repeats a group"),
        (r"/((a{2,}))*/", "repeats a group"),
    ],
)
def test_a_marker_that_cannot_be_used_is_refused_in_one_sentence(pattern, words):
    with pytest.raises(OptionError, match=re.escape(words)) as caught:
        compile_marker(pattern)
    assert "\n" not in str(caught.value).strip(".")
    with pytest.raises(OptionError):
        compile_markers(["fine", pattern])
    with pytest.raises(OptionError):
        find_markers(["some text"], {"a": [pattern]})


@pytest.mark.parametrize(
    "pattern", [r"/(ab)+c/", r"/(a+)b*/", r"/[(+]x(y)/", r"/(a|b) pay/", r"/\(+x/"]
)
def test_harmless_groups_are_not_refused(pattern):
    assert compile_marker(pattern)


def test_several_markers_make_one_expression_and_none_makes_none():
    found = compile_markers(["low pay", "wage*", r"/\d+p/"])
    assert found is not None
    assert found.findall("Low pay, wages, 6p") == ["Low pay", "wages", "6p"]
    assert compile_markers([]) is None


def test_find_markers_gives_one_row_per_text_and_code_with_the_first_hit():
    texts = ["Low pay. Sick pay.", "nothing", "SICK pay and low pay"]
    hits = find_markers(texts, {"pay": ["sick pay", "low pay"], "low": ["low"]})
    assert hits.to_dict("records") == [
        {"row": 0, "code": "pay", "marker": "low pay", "start": 0, "end": 7},
        {"row": 0, "code": "low", "marker": "low", "start": 0, "end": 3},
        {"row": 2, "code": "pay", "marker": "sick pay", "start": 0, "end": 8},
        {"row": 2, "code": "low", "marker": "low", "start": 13, "end": 16},
    ]
    assert hits.dtypes.astype(str).to_dict() == {
        "row": "int64",
        "code": "str",
        "marker": "str",
        "start": "int64",
        "end": "int64",
    }


def test_of_two_markers_at_one_place_the_one_listed_first_is_named():
    hits = find_markers(["low pay"], {"a": ["low", "low pay"], "b": ["low pay", "low"]})
    assert hits["marker"].tolist() == ["low", "low pay"]


@pytest.mark.parametrize(
    ("texts", "markers"),
    [([], {"a": ["pay"]}), (["pay"], {}), (["pay"], {"a": []}), ([""], {"a": ["pay", "/pay/"]})],
)
def test_nothing_to_find_gives_an_empty_table_with_the_same_columns(texts, markers):
    hits = find_markers(texts, markers)
    assert hits.empty
    assert list(hits.columns) == ["row", "code", "marker", "start", "end"]
    assert str(hits["row"].dtype) == "int64"
    assert str(hits["code"].dtype) == "str"


def test_no_hit_reaches_over_two_texts():
    texts = ["we were sick", "pay was low", "sick\x00", "pay"]
    markers = {"phrase": ["sick pay"], "expression": [r"/sick\W+pay/", r"/sick[\s\S]*pay/"]}
    assert find_markers(texts, markers).empty


def test_blocks_do_not_change_what_is_found(monkeypatch):
    texts = [f"text {n} on sick pay" if n % 3 == 0 else f"text {n}" for n in range(50)]
    markers = {"pay": ["sick pay"], "number": [r"/\b4\d\b/"]}
    whole = find_markers(texts, markers)
    monkeypatch.setattr(module, "_BLOCK", 40)
    assert find_markers(texts, markers).equals(whole)


def test_long_words_of_other_alphabets_keep_their_offsets():
    text = "\U0001f600 İstanbul \u2019 naïve Ökonomie pay"
    hits = find_markers([text], {"a": ["pay"], "b": ["ökonom*"]})
    assert [text[a:b] for a, b in zip(hits["start"], hits["end"], strict=True)] == [
        "pay",
        "Ökonomie",
    ]


WORDS = st.sampled_from(
    ["pay", "low", "sick", "can't", "zero-hours", "wages", "retain", "£10", "é"]
)
GAPS = st.sampled_from([" ", "  ", "\n", ", ", "-", "\u2019"])
TEXTS = st.lists(st.tuples(WORDS, GAPS), max_size=8).map(lambda t: "".join(a + b for a, b in t))
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
MARKERS = st.one_of(PHRASES, PHRASES.filter(lambda p: p[-1].isalnum()).map(lambda p: p[:-1] + "*"))


@given(
    st.lists(TEXTS, max_size=5),
    st.lists(MARKERS.filter(lambda m: not m.endswith("*") or m[-2:-1].isalnum()), max_size=4),
)
def test_the_quick_scan_finds_what_the_regular_expression_finds(texts, patterns):
    hits = find_markers(texts, {"code": patterns})
    expression = compile_markers(patterns)
    expected = []
    for row, text in enumerate(texts):
        match = expression.search(text) if expression else None
        if match:
            expected.append((row, match.start(), match.end()))
    found = list(hits[["row", "start", "end"]].itertuples(index=False, name=None))
    assert found == expected


def test_thirty_codes_over_many_texts_find_every_word():
    texts = [
        f"Utterance {n} says that word{n % 977} and low pay drive people out" for n in range(20_000)
    ]
    markers = {f"c{k}": [f"word{k * 10 + j}" for j in range(9)] + ["low pay"] for k in range(30)}
    assert len(find_markers(texts, markers)) == 30 * 20_000
