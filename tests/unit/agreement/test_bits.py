import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qualkit.agreement.bits import bit_rows, planes_of, sums_by_document, to_bools, to_masks


@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 200), st.integers(0, 2**31))
def test_bits_are_set_where_the_entries_say_and_nowhere_else(rows, words, many, seed):
    random = np.random.default_rng(seed)
    key = random.integers(0, rows, many)
    slot = random.integers(0, words * 64, many)
    expected = np.zeros((rows, words * 64), dtype=bool)
    expected[key, slot] = True
    np.testing.assert_array_equal(to_bools(bit_rows(key, slot, rows, words * 64)), expected)


def test_rows_are_made_some_at_a_time(monkeypatch):
    random = np.random.default_rng(3)
    key, slot = random.integers(0, 7, 300), random.integers(0, 128, 300)
    whole = bit_rows(key, slot, 7, 128)
    for many in (1, 128, 300, 10_000):
        monkeypatch.setattr("qualkit.agreement.bits._BITS_AT_ONCE", many)
        np.testing.assert_array_equal(bit_rows(key, slot, 7, 128), whole)


def test_more_rows_than_sixteen_bits_can_number():
    rows = bit_rows(np.array([70_000, 3]), np.array([5, 1]), 70_001, 64)
    assert (rows[70_000, 0], rows[3, 0], np.bitwise_count(rows).sum()) == (32, 2, 2)


@given(st.integers(1, 20), st.integers(0, 2**31))
def test_planes_are_the_digits_of_how_many_rows_have_a_bit(rows, seed):
    words = np.random.default_rng(seed).integers(0, 2**63, (rows, 3), dtype=np.uint64)
    planes = planes_of(list(words))
    number = sum(to_bools(plane).astype(int) << at for at, plane in enumerate(planes))
    np.testing.assert_array_equal(number, to_bools(words).sum(axis=0))


@given(st.integers(1, 64), st.integers(0, 2**31))
def test_masks_are_the_rows_turned_round(rows, seed):
    words = np.random.default_rng(seed).integers(0, 2**63, (rows, 2), dtype=np.uint64)
    bits = to_bools(words)
    expected = [sum(1 << k for k in range(rows) if bits[k, slot]) for slot in range(128)]
    assert to_masks(words).tolist() == expected


def test_sums_are_by_document():
    words = np.array([[3, 1, 7]], dtype=np.uint64)
    assert sums_by_document(words, np.array([0, 2])).tolist() == [[3, 3]]
    assert sums_by_document(words[:, :0], np.zeros(0, dtype=np.int64)).shape == (1, 0)
