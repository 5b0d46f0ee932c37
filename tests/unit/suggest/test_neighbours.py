import numpy as np
import pandas as pd
import pytest

from qualkit.suggest import Suggester, fitted
from qualkit.suggest.neighbours import Neighbours, follows, look_beside

QUESTIONS = [f"q{number}" for number in range(40)]
TALK = [f"t{number}" for number in range(40)]


def answered(documents=20, each=30, seed=0):
    """Return talk in which an answer follows each question and sounds like all else."""
    random = np.random.default_rng(seed)
    rows, given = [], []
    for document in range(documents):
        asked = False
        for position in range(1, each + 1):
            code = "answer" if asked else "question" if random.random() < 0.3 else ""
            said = [
                *random.choice(TALK, 3),
                *random.choice(QUESTIONS if code == "question" else TALK, 2),
            ]
            rows.append((f"d{document:02}", position, " ".join(said)))
            given += [(f"d{document:02}", position, code)] if code else []
            asked = code == "question"
    frame = pd.DataFrame(rows, columns=["document", "position", "text"])
    return frame, pd.DataFrame(given, columns=["document", "position", "code"])


@pytest.fixture(scope="module")
def learned():
    frame, codings = answered()
    return Suggester().fit(frame, codings, frame), frame, codings


def taught(documents=12, each=20, seed=0):
    """Return scores, labels and blocks where the second code follows the first, unscored."""
    random = np.random.default_rng(seed)
    labels = np.zeros((documents * each, 2), np.float32)
    labels[:, 0] = random.random(len(labels)) < 0.3
    labels[1:, 1] = labels[:-1, 0]
    labels[::each, 1] = 0
    shares = labels.mean(axis=0).astype(np.float64)
    scores = random.normal(0, 0.1, labels.shape).astype(np.float32)
    scores[:, 0] += 0.6 * (labels[:, 0] - shares[0].astype(np.float32))
    following = np.arange(len(labels)) % each > 0
    blocks = np.split(np.arange(len(labels)), documents)
    return scores, following, np.arange(len(labels)), labels, shares, blocks


def test_what_stands_right_after_is_in_the_same_document_and_nothing_lies_between():
    frame = pd.DataFrame({"order": [3, 4, 6, 7, 8], "place": [3, 4, 6, 0, 1]})
    assert follows(frame).tolist() == [False, True, False, False, True]
    assert follows(frame.head(0)).tolist() == []


def test_the_values_beside_are_those_of_the_row_before_and_of_the_row_after():
    shares = np.array([0.5], np.float32)
    ones = np.ones((1, 1), np.float32)
    beside = Neighbours(np.array([0]), shares, ones, 10 * ones)
    scores = np.array([[0.1], [0.2], [-0.1]], np.float32)
    before, after = beside.beside(scores, np.array([False, True, False]))
    assert before.ravel() == pytest.approx([0, 2 * 1.3 * 0.1, 0])
    assert after.ravel() == pytest.approx([10 * 2 * 1.3 * 0.2, 0, 0])


def test_a_code_that_follows_another_is_told_by_it():
    found, added = look_beside(*taught())
    assert found.before[0, 1] == np.abs(np.vstack([found.before, found.after])).max()
    labels = taught()[3]
    assert np.corrcoef(added[:, 1], labels[:, 1])[0, 1] > 0.8


def test_what_it_would_say_of_a_document_is_what_it_says_when_that_was_not_there():
    scores, following, rows, labels, shares, blocks = taught()
    whole, added = look_beside(scores, following, rows, labels, shares, blocks)
    kept = rows[20:]
    without, _ = look_beside(
        scores, following & (rows >= 20), kept, labels[kept], shares, [b - 20 for b in blocks[1:]]
    )
    said = sum(without.beside(scores, following))[:20]
    scale = (said * added[:20]).sum() / (said**2).sum()  # how far each is believed
    assert scale == pytest.approx(1, abs=0.2)
    assert added[:20] == pytest.approx(scale * said, abs=1e-5)
    assert whole.before.shape == (2, 2)


def test_chance_is_told_from_what_follows():
    scores, following, rows, labels, shares, blocks = taught()
    learned = 0
    for seed in range(20):
        mixed = labels[np.random.default_rng(seed).permutation(len(labels))]
        found = look_beside(scores, following, rows, mixed, shares, blocks)
        if found is not None:
            learned += 1
            assert np.abs(found[1]).max() < 0.1
    assert learned < 10


def test_codes_with_few_codings_are_not_looked_at_and_without_any_nothing_is_learned():
    scores, following, rows, labels, shares, blocks = taught()
    rare = (rows % 60 == 0).astype(np.float32)
    with_rare = np.column_stack([rare, labels])
    scored = np.column_stack([0 * rare, scores])
    found, _ = look_beside(scored, following, rows, with_rare, with_rare.mean(axis=0), blocks)
    assert found.codes.tolist() == [1, 2]
    none = np.zeros_like(labels)
    assert look_beside(scores, following, rows, none, shares, blocks) is None
    assert look_beside(scores, following & False, rows, labels, shares, blocks) is None


def test_answers_are_found_by_the_question_before_them(learned, monkeypatch):
    suggester, _, _ = learned
    frame, codings = answered(documents=10, seed=1)
    is_answer = frame.merge(codings, how="left")["code"].eq("answer").to_numpy()

    def caught():
        scores = suggester.score(frame)["answer"].to_numpy()
        return is_answer[np.argsort(-scores, kind="stable")[: is_answer.sum()]].mean()

    with_them = caught()
    monkeypatch.setattr(suggester._fitted, "neighbours", None)
    assert with_them > caught()


def test_the_reasons_say_what_came_from_the_utterances_beside_and_still_add_up(learned):
    suggester, frame, codings = learned
    place = codings[codings["code"] == "answer"].iloc[7]
    here = (place["document"], place["position"])
    reasons = suggester.explain(here, "answer").set_index("word")
    assert reasons.loc["(likely codes just before)", "weight"] > 0
    assert reasons.loc["(likely codes just before)", "basis"] == "before"
    score = suggester.score(frame).loc[here, "answer"]
    assert reasons["weight"].sum() == pytest.approx(np.log(score / (1 - score)), abs=1e-3)


def test_what_stands_beside_is_the_same_in_blocks_and_after_saving(learned, monkeypatch, tmp_path):
    suggester, frame, _ = learned
    whole = suggester.score(frame)
    suggester.save(tmp_path / "model")
    kept = Suggester.load(tmp_path / "model")
    pd.testing.assert_frame_equal(kept.score(frame), whole, check_exact=True)
    assert kept._fitted.held_out.tobytes() == suggester._fitted.held_out.tobytes()
    monkeypatch.setattr(fitted, "_BLOCK", 30)
    pd.testing.assert_frame_equal(suggester.score(frame), whole, atol=1e-6)


def test_utterances_nobody_coded_stand_beside_too(learned):
    frame, codings = answered()
    reviewed = frame[frame["position"] % 3 > 0]
    suggester = Suggester().fit(frame, codings, reviewed)
    assert suggester._fitted.neighbours is not None
    assert suggester._fitted.held_out.shape == (len(reviewed), 2)
