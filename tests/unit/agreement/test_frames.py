import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.agreement.frames import lay_out, named, numbered, positions, require
from qualkit.errors import OptionError


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 10**12)), min_size=1, max_size=40),
    st.booleans(),
)
def test_every_utterance_has_a_slot_of_its_own_and_documents_words_of_their_own(rows, near):
    document = np.array([one for one, _ in rows])
    position = np.array([at % 50 if near else at for _, at in rows])
    layout, (slot,) = lay_out([document], [position], 4)
    assert len(set(zip(document, position, strict=True))) == len(set(slot.tolist()))
    np.testing.assert_array_equal(layout.document_of(slot), document)
    np.testing.assert_array_equal(layout.position_of(slot), position)
    assert layout.slots >= slot.max() + 1
    assert layout.slots <= 64 * 4 + 16 * len(rows) + 64 * 4 + 64


def test_two_frames_share_their_slots():
    layout, (a, b) = lay_out(
        [np.array([0, 1]), np.array([1, 1])], [np.array([3, 7]), np.array([7, 2])], 2
    )
    assert a[1] == b[0] != b[1]
    assert layout.position_of(b).tolist() == [7, 2]


def test_regular_documents_get_slots_without_looking_at_each():
    document, position = np.repeat(np.arange(40), 500), np.tile(np.arange(500), 40)
    layout, (slot,) = lay_out([document], [position], 40)
    assert layout.words == 40 * 8
    np.testing.assert_array_equal(layout.position_of(slot), position)


def test_names_mean_the_same_in_both_columns():
    first = pd.Series(["b", "a"])
    second = pd.Series(pd.Categorical(["c", "b"], categories=["c", "b", "x"]))
    (one, two), names = named([first, second])
    assert names == ("a", "b", "c", "x")
    assert ([names[at] for at in one], [names[at] for at in two]) == (["b", "a"], ["c", "b"])
    (numbers,), _ = named([first], {"a": 0})
    assert numbers.tolist() == [-1, 0]


def test_names_of_several_kinds_are_sorted_as_text():
    assert named([pd.Series([2, "a", 10], dtype=object)])[1] == ("10", "2", "a")
    assert named([pd.Series([2, 10])])[1] == ("2", "10")


def test_categories_are_taken_as_numbered():
    numbers, labels = numbered(pd.Series(pd.Categorical(["y"], categories=["x", "y"])))
    assert (numbers.tolist(), labels) == ([1], ["x", "y"])


def test_empty_cells_of_categories_are_refused():
    frame = pd.DataFrame({"code": pd.Categorical(["x", None])})
    with pytest.raises(OptionError, match="the column 'code' has 1 empty cells"):
        require(frame, "codings", ("code",))


def test_positions_may_be_text_that_is_a_number():
    assert positions(pd.DataFrame({"position": ["3", "4"]}), "codings").tolist() == [3, 4]
