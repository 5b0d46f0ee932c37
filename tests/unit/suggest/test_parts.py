import numpy as np
import pytest
from scipy import sparse

from qualkit.suggest.context import Context
from qualkit.suggest.features import WordFeatures
from qualkit.suggest.parts import Weights

TEXTS = ["low pay", "", "why low?", "the garden", "pay the carer"]
ROLES = np.array([[1, 0], [0, 1], [0.5, 0.5], [1, 0], [0.5, 0.5]], dtype=np.float32)


@pytest.mark.parametrize("how", ["lean", "transform"])
def test_scores_are_the_sums_over_roles_also_where_the_role_is_unknown(how):
    rng = np.random.default_rng(0)
    features = WordFeatures({}).fit(TEXTS, [None] * 5)
    words = getattr(features, how)(TEXTS, [None] * 5)
    before = np.eye(5, k=-1, dtype=np.float32)
    context = Context(
        sparse.csr_matrix(before),
        sparse.csr_matrix(before.T),
        ROLES,
        rng.normal(size=(5, 3)).astype(np.float32),
        0.5,
        np.array([1, 1, 2, 1, 0.5], dtype=np.float32),
    )
    shape = (2, features.count, 4)
    sides = [rng.normal(size=shape).astype(np.float32) for _ in range(3)]
    facts = rng.normal(size=(2, 3, 4)).astype(np.float32)
    found = Weights(*sides, facts).scores(words, context)
    plain = features.transform(TEXTS, [None] * 5)
    x = np.hstack([plain.sparse.toarray(), plain.parts])
    wanted = np.zeros((5, 4))
    for role in range(2):
        own, earlier, later = (x @ side[role] for side in sides)
        said = own * context.loudness[:, None] + context.facts @ facts[role]
        wanted += ROLES[:, [role]] * (said + before @ earlier + before.T @ later)
    assert found == pytest.approx(wanted, abs=1e-4)
