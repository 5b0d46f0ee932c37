"""The default interval keeps its promise; docs/agreement.md gives the figures."""

import pytest

from benchmarks.coverage import simulate


@pytest.mark.parametrize("documents", [5, 10, 20, 50])
def test_the_jackknife_covers_where_documents_differ_and_independence_does_not(documents):
    found = simulate(documents, kind="nested", replicates=3000)
    assert 0.91 <= found.jackknife <= 0.98
    assert found.independent < 0.6


def test_both_cover_where_documents_do_not_differ():
    found = simulate(20, kind="alike", replicates=3000)
    assert 0.93 <= found.jackknife <= 0.97
    assert 0.93 <= found.independent <= 0.97
