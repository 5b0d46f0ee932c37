import math

import pytest

from qualkit.agreement.unitizing import unitizing_alpha
from qualkit.errors import OptionError


def test_equal_stretches_agree_and_absent_ones_have_no_value():
    assert unitizing_alpha([[(0, 5), (9, 2)]] * 3, 0, 20) == pytest.approx(1.0)
    assert math.isnan(unitizing_alpha([[], []], 0, 20))


def test_a_small_shift_costs_less_than_a_large_one():
    values = [unitizing_alpha([[(5, 5)], [(5 + by, 5)]], 0, 40) for by in (0, 1, 3, 20)]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("stretches", [[(0, 5), (3, 4)], [(15, 10)], [(2, 0)]])
def test_stretches_that_cannot_be_are_refused(stretches):
    with pytest.raises(OptionError, match="overlaps another or leaves the continuum"):
        unitizing_alpha([stretches, []], 0, 20)
