"""What queries look into is checked."""

from __future__ import annotations

import pandas as pd
import pytest

from qualkit.analysis.searchable import Searchable
from qualkit.errors import OptionError
from qualkit.model import Code, Codebook


def test_a_missing_column_is_named():
    with pytest.raises(OptionError, match="utterances has no column 'kind'"):
        Searchable(
            pd.DataFrame({"document": ["d"], "position": [1]}),
            pd.DataFrame(),
            pd.DataFrame(),
            pd.DataFrame(),
            Codebook("B", (Code("a", "A"),)),
        )
