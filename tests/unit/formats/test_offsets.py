"""How positions are counted is found out from the selections alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.formats.offsets import RULES, Counted, Rule, find_rule, named_rule

STORED = "\ufeff" + "\r\n".join(
    [
        "The first \U0001f600 line is about pay.",
        "A second one \U0001f680 has more \U0001f389 in it.",
        "",
        "Then a third line follows here.",
        "And \U0001f600\U0001f600 the fourth ends it all.",
    ]
)
WORDS = ("first", "line is about", "second one", "has more", "third line", "follows", "fourth ends")


def selections(rule: Rule, words: tuple[str, ...] = WORDS) -> list[tuple[int, int]]:
    """Positions of these words as a program with this rule writes them."""
    counted = Counted(STORED)
    edges = counted._edges(rule)
    found = [(counted.text.index(one), counted.text.index(one) + len(one)) for one in words]
    last = int(rule.is_inclusive)
    return [(int(edges[start]), int(edges[end]) - last) for start, end in found]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_every_rule_gives_the_words_back_under_its_own_name(rule):
    counted = Counted(STORED)
    found = [counted.text[slice(*span)] for span in counted.spans(selections(rule), rule)]
    assert found == list(WORDS)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_rule_is_found_out_without_any_quoted_words(rule):
    counted = Counted(STORED)
    verdict = find_rule([(counted, selections(rule), [""] * len(WORDS))])[0]
    spans = counted.spans(selections(rule), verdict.rule)
    assert [counted.text[slice(*span)] for span in spans] == list(WORDS)
    assert verdict.score == 1


def test_names_decide_where_words_alone_cannot():
    counted = Counted("aa bb\ncc dd\nee ff")
    verdict = find_rule([(counted, [(4, 6)], ["cc"])])[0]
    assert verdict.selections == 1
    assert verdict.score == 0  # neither counting gives "cc"
    right = find_rule([(counted, [(7, 9)], ["cc"])])[0]
    assert right.rule.newline == "two"
    assert right.score == 1


def test_lines_taken_with_their_end_count_as_clean():
    counted = Counted("one two\nthree four\nfive six\n")
    verdict = find_rule([(counted, [(0, 8), (8, 19), (19, 28)], ["line:1", "line:2", "line:3"])])[0]
    assert verdict.rule == Rule()
    assert verdict.score > 0.9


def test_a_source_that_counts_otherwise_keeps_its_own_rule():
    plain = Counted("alpha beta gamma delta epsilon zeta " * 3)
    words = [(0, 5), (6, 10), (11, 16), (17, 22), (23, 30)]
    mixed = find_rule(
        [
            (plain, words * 4, [""] * 20),
            (Counted(STORED), selections(Rule(True, "two")), [""] * len(WORDS)),
        ]
    )
    assert mixed[1].score == 1


def test_positions_outside_the_text_are_none():
    counted = Counted("short")
    spans = counted.spans([(0, 5), (0, 6), (-1, 3), (3, 3), (4, 2), (0, 10**15)], Rule())
    assert spans == [(0, 5), None, None, None, None, None]


def test_a_source_without_selections_has_no_score():
    assert find_rule([(Counted("text"), [], [])])[0].score is None
    assert find_rule([]) == []


def test_short_names_stand_for_rules():
    assert named_rule("NVivo") == Rule(is_utf16=True, newline="two")
    assert named_rule("word") is None


@given(st.text(alphabet="ab \r\n\u00e9\U0001f600", max_size=60), st.sampled_from(RULES))
def test_any_span_comes_back_under_the_rule_it_was_written_with(stored, rule):
    counted = Counted(stored)
    edges = counted._edges(rule)
    size = len(counted.text)
    spans = [(a, b) for a in range(0, size, 7) for b in range(a + 1, size + 1, 5)]
    written = [(int(edges[a]), int(edges[b]) - int(rule.is_inclusive)) for a, b in spans]
    assert counted.spans(written, rule) == spans
