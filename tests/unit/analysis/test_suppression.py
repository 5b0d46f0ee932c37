import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qualkit.analysis import frequency
from qualkit.analysis.suppression import cells_to_hide, suppressed
from qualkit.errors import OptionError


def test_the_smallest_other_cell_of_the_row_goes_with_a_small_one():
    n = np.array([[3.0, 20, 9, 0], [6, 7, 8, 9]])
    assert cells_to_hide(n, 5, []).tolist() == [[True, False, True, False], [False] * 4]


def test_two_small_cells_need_no_third():
    assert cells_to_hide(np.array([[3.0, 2, 9]]), 5, []).tolist() == [[True, True, False]]


def test_a_zero_is_hidden_only_where_nothing_else_would_do():
    assert cells_to_hide(np.array([[3.0, 0, 0]]), 5, []).tolist() == [[True, True, False]]


def test_a_code_of_a_theme_is_not_hidden_alone_in_its_group():
    n = np.array([[3.0, 2, 30], [12, 11, 10], [8, 40, 50]])
    hidden = cells_to_hide(n, 5, [[0, 1, 2]])
    assert hidden[:, 0].sum() >= 2
    assert hidden[:, 1].sum() >= 2


@settings(max_examples=100, deadline=None)
@given(arrays(np.float64, (4, 5), elements=st.integers(0, 12).map(float)))
def test_no_line_hides_one_cell_alone_and_no_small_cell_is_shown(n):
    blocks = [[0, 1], [2, 3]]
    hidden = cells_to_hide(n, 5, blocks)
    assert not ((n > 0) & (n < 5) & ~hidden).any()
    assert (hidden.sum(axis=1) != 1).all()
    for block in blocks:
        assert (hidden[block].sum(axis=0) != 1).all()


def test_a_published_table_has_no_trace_of_what_is_hidden(study, parents):
    table = frequency(*study(many=120), parents=parents, suppress=8)
    whole = frequency(*study(many=120), parents=parents)
    hidden = table["n"].isna()
    assert 0 < hidden.sum() == table.attrs["cells_left_empty"]
    assert hidden[(whole["n"] > 0) & (whole["n"] < 8)].all()
    gone = table.loc[hidden, ["share", "low", "high", "residual"]]
    assert gone.isna().all(axis=None)
    assert table.loc[hidden, "note"].eq("left empty: fewer than 8, or next to such a number").all()
    rows = table.groupby(["code", "level"], sort=False)
    assert all(one["residual"].isna().all() for _, one in rows if one["n"].isna().any())
    kept = ["n", "total", "share", "low", "high", "p"]
    pd.testing.assert_frame_equal(table.loc[~hidden, kept], whole.loc[~hidden, kept],
                                  check_dtype=False)  # fmt: skip


def test_a_threshold_that_hides_nothing_is_refused(study):
    with pytest.raises(OptionError, match="a threshold of 1 hides nothing; take 2 or more"):
        suppressed(frequency(*study()), "stakeholder_type", 1)
