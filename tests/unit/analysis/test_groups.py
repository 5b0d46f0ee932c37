import numpy as np
import pandas as pd
import pytest

from qualkit.analysis.groups import NOT_SET, THIRDS, grouped, seen_by, with_thirds
from qualkit.errors import OptionError


def test_thirds_part_what_can_be_coded_and_leave_the_rest_empty():
    rows = pd.DataFrame(
        {"document": ["d"] * 7 + ["e"], "position": [1, 2, 3, 4, 5, 6, 7, 1],
         "codable": [False, True, True, True, True, True, True, True]}
    )  # fmt: skip
    third = with_thirds(rows)["third"].tolist()
    assert third == [None, *np.repeat(THIRDS, 2), THIRDS[0]]


def test_thirds_of_time_go_by_the_clock():
    rows = pd.DataFrame(
        {"document": "d", "position": [1, 2, 3, 4], "time": [0.0, 10.0, 90.0, None]}
    )
    assert with_thirds(rows)["time_third"].tolist() == [THIRDS[0], THIRDS[0], THIRDS[2], None]
    assert "time_third" not in with_thirds(rows.assign(time=np.nan))


def test_groups_are_sorted_with_the_empty_one_last():
    names, group = grouped(pd.DataFrame({"role": ["b", " ", None, "a"]}), "role")
    assert names == ("a", "b", NOT_SET)
    assert group.tolist() == [1, 2, 2, 0]
    with pytest.raises(OptionError, match="cannot be grouped by 'text'"):
        grouped(pd.DataFrame({"text": ["x"]}), "text")


def test_an_utterance_stands_once_for_each_who_looked_at_it():
    utterances = pd.DataFrame({"document": "d", "position": [1, 2], "speaker": "Ana"})
    looked = pd.DataFrame({"document": "d", "position": [1, 1, 2], "coder": ["x", "y", "y"]})
    codings = pd.DataFrame({"document": "d", "position": [1], "code": "c", "coder": "y"})
    said, apart = seen_by(codings, utterances, looked, "coder")
    assert sorted(zip(apart["coder"], apart["position"], strict=True)) == [
        ("x", 1), ("y", 1), ("y", 2),
    ]  # fmt: skip
    assert said["document"].tolist() == [apart[apart["coder"] == "y"]["document"].iloc[0]]
