"""The collector of garbage comes back, whatever happens."""

from __future__ import annotations

import gc

import pytest

from qualkit.errors import UnknownNameError
from qualkit.workflow.bulk import without_pauses
from qualkit.workflow.handle import known


def test_the_collector_is_on_again_after_a_fault():
    with pytest.raises(UnknownNameError), without_pauses():
        known("code", "x", {})
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with without_pauses():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
