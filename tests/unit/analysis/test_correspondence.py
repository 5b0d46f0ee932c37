import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualkit.analysis import frequency
from qualkit.analysis.correspondence import correspondence, correspondence_of
from qualkit.errors import NotEnoughError, OptionError

# Greenacre (1984), table 3.1: staff of a firm by how much they smoke
SMOKERS = pd.DataFrame(
    [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]],
    index=["SM", "JM", "SE", "JE", "SC"],
    columns=["none", "light", "medium", "heavy"],
)


def test_published_inertias_of_the_smokers():
    found = correspondence_of(SMOKERS)
    assert found.attrs["axes"] == pytest.approx([0.074759, 0.010017, 0.000414], abs=5e-7)
    assert found.attrs["inertia"] == pytest.approx(0.085190, abs=5e-6)
    assert found.attrs["shares"] == pytest.approx([0.878, 0.118, 0.005], abs=5e-4)


def test_published_coordinates_of_the_smokers():
    found = correspondence_of(SMOKERS).set_index("name")
    published = {
        "SM": (-0.0658, -0.1937), "JM": (0.2590, -0.2433), "SE": (-0.3806, -0.0107),
        "JE": (0.2330, 0.0577), "SC": (-0.2011, 0.0789), "none": (-0.3933, -0.0305),
        "light": (0.0995, 0.1411), "medium": (0.1963, 0.0074), "heavy": (0.2938, -0.1978),
    }  # fmt: skip
    signs = np.sign([found.loc["heavy", "x"], -found.loc["heavy", "y"]])
    for name, at in published.items():
        assert found.loc[name, ["x", "y"]].to_numpy(float) * signs == pytest.approx(at, abs=6e-5)


def test_inertia_is_chi_square_over_n_and_parts_add_up():
    found = correspondence_of(SMOKERS)
    chi_square = stats.chi2_contingency(SMOKERS.to_numpy(), correction=False).statistic
    assert found.attrs["inertia"] == pytest.approx(chi_square / SMOKERS.to_numpy().sum())
    for _, points in found.groupby("kind"):
        assert points["inertia"].sum() == pytest.approx(found.attrs["inertia"])
        assert points["mass"].sum() == pytest.approx(1)
        assert points[["part_x", "part_y"]].sum().tolist() == pytest.approx([1, 1])
        assert (points["mass"] * points["x"]).sum() == pytest.approx(0, abs=1e-12)
        assert points["quality"].between(0, 1 + 1e-12).all()


def test_two_groups_lie_on_one_axis():
    found = correspondence_of(SMOKERS.iloc[:2])
    assert found["y"].tolist() == [0] * 6
    assert len(found.attrs["axes"]) == 1


def test_signs_do_not_hang_on_the_order_of_the_rows():
    one = correspondence_of(SMOKERS).set_index("name")["x"]
    other = correspondence_of(SMOKERS.iloc[::-1]).set_index("name")["x"]
    pd.testing.assert_series_equal(one, other.loc[one.index])


def test_the_map_stands_on_the_counts_of_the_frequency_table(study, parents):
    codings, utterances = study()
    found = correspondence(codings, utterances, parents=parents)
    table = frequency(codings, utterances, parents=parents)
    themes = table[table["level"] == "theme"]
    groups = found[found["kind"] == "group"].set_index("name")["n"]
    assert groups.to_dict() == themes.groupby("stakeholder_type")["n"].sum().to_dict()
    assert found.attrs["left_out"] == ["Training"]
    by_code = correspondence(codings, utterances, parents=parents, level="code")
    assert set(by_code[by_code["kind"] == "code"]["name"]) == {"Pay", "Low pay", "Hours", "Respect"}


def test_too_little_for_a_map_is_said(study):
    codings, utterances = study()
    with pytest.raises(NotEnoughError, match="needs two codes and two groups"):
        correspondence(codings[codings["code"] == "Pay"], utterances)
    with pytest.raises(NotEnoughError, match="all groups raise the codes alike"):
        correspondence_of(pd.DataFrame([[2, 4], [3, 6]]))
    with pytest.raises(OptionError, match="no level 'word'"):
        correspondence(codings, utterances, level="word")
