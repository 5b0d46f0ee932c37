import importlib
import inspect

import pandas as pd

import qualkit.agreement
from qualkit.agreement.units import tally


def test_the_room_can_be_called_and_imported_from():
    codings = pd.DataFrame(columns=["document", "position", "code", "coder"])
    reviewed = codings[["document", "position", "coder"]]
    called = qualkit.agreement(codings, reviewed)
    pd.testing.assert_frame_equal(called, qualkit.agreement.agreement(codings, reviewed))
    assert callable(tally)


def test_the_room_is_still_a_module():
    room = importlib.import_module("qualkit.agreement")
    assert inspect.ismodule(room)
    assert all(hasattr(room, name) for name in room.__all__)
    assert callable(room)
