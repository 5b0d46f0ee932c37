from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from qualkit.formats.column_names import column_names

PARTS = st.lists(st.lists(st.text(max_size=90), min_size=1, max_size=3), max_size=12)


@given(wanted=PARTS, taken=st.lists(st.sampled_from(["pay", "x", "text"]), max_size=3))
def test_any_names_become_names_that_r_and_spss_accept_and_tell_apart(wanted, taken):
    names = column_names(wanted, taken)
    assert len(names) == len(wanted)
    assert len({*names, *taken}) == len(names) + len(set(taken))
    for name in names:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name)
        assert not name.endswith("_")


def test_words_that_mean_something_to_spss_or_r_are_no_names():
    assert column_names([("With",), ("if",), ("NA",)]) == ["v_with", "v_if", "v_na"]


def test_long_names_are_cut_and_still_told_apart():
    first, second = column_names([("a" * 80,), ("a" * 90,)])
    assert (len(first), len(second)) == (64, 64)
    assert second.endswith("_2")


def test_letters_of_other_alphabets_leave_a_name_all_the_same():
    assert column_names([("報酬",), ("зарплата", "Ана")]) == ["x", "x__x"]
