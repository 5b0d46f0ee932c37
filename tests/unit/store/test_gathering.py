import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from qualkit.store import gathering
from qualkit.store.gathering import gathered

ROWS = {
    "texts": "SELECT 'a' AS name, 1 AS n UNION ALL SELECT 'b', 2 UNION ALL SELECT 'c', 3",
    "some missing": "SELECT NULL AS name, NULL AS n UNION ALL SELECT 'b', 2",
    "all missing": "SELECT NULL AS name, NULL AS n UNION ALL SELECT NULL, NULL",
    "floats": "SELECT 0.5 AS n UNION ALL SELECT 1 UNION ALL SELECT NULL",
    "none": "SELECT 'a' AS name, 1 AS n WHERE 1 = 0",
}


@pytest.mark.parametrize("at_once", [1, 2, 100])
@pytest.mark.parametrize("query", ROWS.values(), ids=ROWS)
def test_it_gives_the_table_that_all_rows_at_once_would_give(query, at_once, monkeypatch):
    monkeypatch.setattr(gathering, "_AT_ONCE", at_once)
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        result = connection.execute(text(query))
        whole = pd.DataFrame(result.all(), columns=list(result.keys()))
        found = gathered(connection.execute(text(query)))
    engine.dispose()
    pd.testing.assert_frame_equal(found, whole)
