import pytest

from qualkit.agreement.rho import shaffer_rho
from qualkit.errors import OptionError


def test_rho_falls_with_kappa_and_with_the_size_of_the_sample():
    small, large = (shaffer_rho(0.8, 0.2, units, replicates=20_000) for units in (40, 200))
    assert large < small
    assert shaffer_rho(0.9, 0.2, 40, replicates=20_000) < small


def test_equal_seeds_give_equal_values():
    assert shaffer_rho(0.8, 0.2, 40, seed=4) == shaffer_rho(0.8, 0.2, 40, seed=4)


@pytest.mark.parametrize("wrong", [{"base_rate": 0}, {"units": 0}, {"threshold": 0.3}])
def test_what_cannot_be_simulated_is_refused(wrong):
    options = {"kappa": 0.8, "base_rate": 0.2, "units": 40, "threshold": 0.65} | wrong
    with pytest.raises(OptionError, match="rho needs a base rate between 0 and 1"):
        shaffer_rho(**options)


def test_the_table_gives_rho_of_every_code_on_request(compare, value_of, yes_no):
    rows = [[1, 1]] * 12 + [[1, 0]] * 1 + [[0, 1]] * 1 + [[0, 0]] * 66
    table = compare(yes_no(rows), "shaffer_rho", "kappa")
    alone = shaffer_rho(value_of(table, "cohen_kappa"), 13 / 80, 80, replicates=20_000)
    assert value_of(table, "shaffer_rho") == alone < 0.05
    assert value_of(table, "shaffer_rho", column="reason").startswith("treats utterances as indep")
    three = compare(yes_no([[1, 1, 0], [0, 0, 0]]), "shaffer_rho")
    assert "compares two coders and there are 3" in value_of(three, "shaffer_rho", column="reason")
