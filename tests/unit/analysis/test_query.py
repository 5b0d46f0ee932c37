"""Reading queries: what they mean, and the one sentence when they mean nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.analysis.query import LONGEST_QUERY, parse, parse_words
from qualkit.analysis.query_terms import And, Near, Not, Or, Pattern, Term, Words
from qualkit.errors import OptionError


def shape(node) -> object:
    """Return a query as nested tuples, without columns."""
    if isinstance(node, Term):
        return f"{node.field}{node.operator}{node.value}"
    if isinstance(node, Words):
        return node.value
    if isinstance(node, Pattern):
        return ("/", node.source, node.ignores_case)
    if isinstance(node, Near):
        return ("near", shape(node.first), shape(node.second), node.distance)
    if isinstance(node, Not):
        return ("not", shape(node.part))
    return ("and" if isinstance(node, And) else "or", *map(shape, node.parts))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("pay", "pay"),
        ('"low pay"', "low pay"),
        ("“low pay”", "low pay"),
        (r'"say \"no\""', 'say "no"'),
        (r'"back\\slash \n"', r"back\slash \n"),
        ("code:pay AND NOT code:training", ("and", "code=pay", ("not", "code=training"))),
        ("code:pay NOT code:training", ("and", "code=pay", ("not", "code=training"))),
        ("a b OR c AND d", ("or", ("and", "a", "b"), ("and", "c", "d"))),
        ("a (b OR c) d", ("and", "a", ("or", "b", "c"), "d")),
        ("NOT NOT a", ("not", ("not", "a"))),
        ("speaker.stakeholder_type:union", "stakeholder_type=union"),
        ("Speaker.Role:nurse", "role=nurse"),
        ("organization:Elm", "organisation=Elm"),
        ('document:"Group 4"', "document=Group 4"),
        ("code: pay", "code=pay"),
        ("code=pay", "code=pay"),
        ('text:"minimum wage"', "minimum wage"),
        (r"/a\/b\d+/i", ("/", r"a/b\d+", True)),
        ("text:/wages?/", ("/", "wages?", False)),
        ("near(code:pay, b OR c, 3)", ("near", "code=pay", ("or", "b", "c"), 3)),
        ("NEAR(a,b,0)", ("near", "a", "b", 0)),
        (
            "certainty<2 position>=10 time<=1:30",
            ("and", "certainty<2", "position>=10", "time<=1:30"),
        ),
        ("time>1:02:03.5", "time>1:02:03.5"),
        ("don't and/or £10", ("and", "don't", "and/or", "£10")),
        ("Löhne текст 工资", ("and", "Löhne", "текст", "工资")),
        ('"and" "OR"', ("and", "and", "OR")),
        ("label:12.", "label=12."),
    ],
)
def test_a_query_means(query, wanted):
    assert shape(parse(query).root) == wanted


@pytest.mark.parametrize(
    ("query", "column", "sentence"),
    [
        ("code:pay AND", 13, "ends where a term should follow"),
        ("AND pay", 1, "should stand here, not AND"),
        ("pay OR OR wage", 8, "should stand here, not OR"),
        ("(pay", 1, "this parenthesis is not closed"),
        ("pay)", 4, "this parenthesis closes nothing"),
        ("()", 2, "a term should stand here"),
        ('pay "low', 5, "quotation mark is not closed"),
        ("pay /low", 5, "regular expression is not closed"),
        ("/a/x", 1, "'x' may not follow"),
        ("cod:pay", 1, "did you mean code"),
        ("http://elm", 1, "no field 'http'"),
        ("code:", 6, "a value should follow code"),
        ("code:(a OR b)", 6, "repeat the field"),
        ("code:/a/", 6, "only text takes a regular expression"),
        ("code<2", 5, "no number to compare"),
        ("certainty!=2", 10, "write NOT certainty"),
        (":pay", 1, "no field stands before"),
        ("pay, wage", 4, "a comma has its place in near"),
        ("near(a, b)", 10, "a comma should stand here"),
        ("near(a, b, x)", 12, "a number of utterances"),
        ("near(a, b, 1001)", 12, "from 0 to 1000"),
        ("near(a, b, -1)", 12, "a number of utterances"),
        ("near(a b", 9, "a comma should stand here"),
        ("far(a, b, 2)", 1, "'far(' is no function"),
        ("pay and wage", 5, 'write AND to join terms, or "and"'),
        ("not pay", 1, "can mean two things"),
        ("pay -wage", 5, "write NOT wage"),
        ("text:*", 6, "there is no word to look for"),
        ("r*t*in", 1, "more than one *"),
    ],
)
def test_a_wrong_query_says_where_and_what_was_expected(query, column, sentence):
    with pytest.raises(OptionError) as caught:
        parse(query)
    told = str(caught.value)
    assert told.startswith(f"query, column {column}: ")
    assert sentence in told
    assert "<here>" in told
    assert "\n" not in told


@pytest.mark.parametrize("query", ["", "  \n ", "\u2003"])
def test_an_empty_query_is_refused(query):
    with pytest.raises(OptionError, match="the query is empty"):
        parse(query)


@pytest.mark.parametrize("query", ["(" * 2000 + "a" + ")" * 2000, "NOT " * 1000 + "a"])
def test_deep_nesting_is_refused_in_one_sentence(query):
    with pytest.raises(OptionError, match="stand inside each other") as caught:
        parse(query)
    assert len(str(caught.value)) < 250


def test_ten_thousand_parentheses_are_refused():
    with pytest.raises(OptionError, match=f"more than {LONGEST_QUERY}"):
        parse("(" * 10_000)


def test_a_query_of_many_terms_is_read():
    assert len(parse(" OR ".join(["pay"] * 700)).root.parts) == 700
    assert isinstance(parse("a " * 2000).root, And)
    assert isinstance(parse("a OR b").root, Or)


def sentence_about(text: str) -> str:
    """Return the sentence by which a query is refused, "query." when it is one."""
    try:
        parse(text)
    except OptionError as problem:
        return str(problem)
    return "query."


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_one_sentence(text):
    assert sentence_about(text).endswith((".", "?", "!"))


@given(st.text(alphabet='code:pay ()"/\\<>=,*ANDORT“”', max_size=40))
def test_any_signs_of_the_language_are_a_query_or_one_sentence(text):
    assert sentence_about(text).startswith("query")


@given(st.text(min_size=1).filter(lambda text: any(sign.isalnum() for sign in text)))
def test_quotation_marks_hold_any_words(words):
    quoted = words.replace("*", " ").replace("\\", "\\\\").replace('"', '\\"')
    assert parse(f'"{quoted}"').root == Words(words.replace("*", " "), 1)


def test_a_word_given_alone_needs_no_quotation_marks():
    assert parse_words("minimum wage") == Words("minimum wage", 1)
    assert parse_words('"minimum wage"') == Words("minimum wage", 1)
    assert parse_words("code:pay") == Words("code:pay", 1)
    assert parse_words("/wages?/i") == Pattern("wages?", True, 1)


@pytest.mark.parametrize("word", ["", " ", "*", "/a", "x" * (LONGEST_QUERY + 1)])
def test_what_is_no_word_is_refused(word):
    with pytest.raises(OptionError):
        parse_words(word)
