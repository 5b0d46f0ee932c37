import numpy as np
import pandas as pd

from qualkit.model import Code, Codebook
from qualkit.suggest import Suggester
from qualkit.suggest.calibration import best_threshold
from qualkit.suggest.context import Setting
from qualkit.suggest.learner import blocks_of


def followed(documents=8, each=12):
    """Return talk whose words tell nothing and whose codes follow themselves."""
    random = np.random.default_rng(2)
    count = documents * each
    frame = pd.DataFrame(
        {
            "document": np.repeat([f"d{n}" for n in range(documents)], each),
            "position": np.tile(np.arange(1, each + 1), documents),
            "text": [" ".join(random.choice(list("abcdefgh"), 4)) for _ in range(count)],
        }
    )
    runs = np.repeat(random.random(count // 6) < 0.5, 6)
    codings = frame.loc[runs, ["document", "position"]].assign(code="x")
    return frame, codings, runs


def test_roles_that_tell_nothing_get_no_weight_and_roles_that_tell_all_get_it():
    random = np.random.default_rng(0)
    documents = np.repeat([f"d{n}" for n in range(10)], 20)
    roles = pd.Series(random.choice(["a", "b", "c"], 200))
    frame = pd.DataFrame({"document": documents, "speaker": "", "role": roles})
    blocks = blocks_of(documents)
    idle = (random.random((200, 3)) < 0.3).astype(np.float32)
    telling = np.column_stack([roles == "a", roles == "b"]).astype(np.float32)
    assert Setting().fit(frame).weigh(roles, idle, blocks).strength_ < 0.1
    assert Setting().fit(frame).weigh(roles, telling, blocks).strength_ > 0.9


def test_a_role_of_one_document_alone_says_nothing_of_others():
    documents = np.repeat([f"d{n}" for n in range(6)], 10)
    roles = pd.Series(np.repeat([f"r{n}" for n in range(6)], 10))
    frame = pd.DataFrame({"document": documents, "speaker": "", "role": roles})
    labels = np.repeat([1, 0, 1, 0, 1, 0], 10)[:, None].astype(np.float32)
    assert Setting().fit(frame).weigh(roles, labels, blocks_of(documents)).strength_ == 0.0


def test_little_coding_asks_more_of_a_score_than_the_best_of_what_was_held_out():
    frame, codings, _ = followed()
    for share in (1, 4):
        reviewed = frame.head(len(frame) // share)
        fitted = Suggester().fit(frame, codings, reviewed)._fitted
        held_out, shares = fitted.learner.held_out, fitted.learner.held_out_shares
        best = best_threshold(fitted.calibration.probabilities(held_out, shares))
        assert best < fitted.threshold(0.5) < 1.2 * best


def test_strictness_raises_the_threshold_within_its_bounds():
    frame, codings, _ = followed()
    lax, strict = (Suggester(threshold=t).fit(frame, codings, frame) for t in (0.3, 0.9))
    assert 0.05 <= lax.thresholds_["x"] < strict.thresholds_["x"] <= 0.6


def test_codes_of_which_nothing_is_known_score_the_same_so_that_the_codebook_orders_them():
    frame, codings, _ = followed()
    names = [f"Zzyx{number}" for number in range(23)]
    book = Codebook("b", tuple(Code(name.lower(), name) for name in ["X", *names]))
    suggester = Suggester(language="english").fit(frame, codings.assign(code="X"), frame, book)
    unknown = suggester.score(frame)[names].to_numpy()
    assert (unknown == unknown[:, :1]).mean() > 0.99
