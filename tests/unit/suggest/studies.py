"""Small studies with words that tell codes, and models that are quick to hold to account."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from qualkit.suggest.material import label_matrix

WORDS = {
    "Pay": ["money", "wages", "cheap", "earn"],
    "Rota": ["shift", "hours", "night", "weekend"],
    "Home": ["garden", "kitchen", "room", "stairs"],
}
FILLERS = ["well", "so", "and", "then", "it", "was", "there", "they", "went", "people"]


def study(
    *, documents: int = 6, utterances: int = 20, noise: float = 0.1, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return utterances, codings, reviewed of a study whose words tell the codes, mostly."""
    rng = np.random.default_rng(seed)
    texts, given = [], []
    names = [f"doc{number:02}" for number in range(documents)]
    for document in names:
        for position in range(1, utterances + 1):
            code = rng.choice([*WORDS, ""], p=[0.3, 0.2, 0.1, 0.4])
            shown = rng.choice([*WORDS]) if rng.random() < noise else code
            words = [*rng.choice(FILLERS, 4), *(rng.choice(WORDS[shown], 1) if shown else [])]
            texts.append((document, position, " ".join(words)))
            given += [(document, position, code)] if code else []
    frame = pd.DataFrame(texts, columns=["document", "position", "text"])
    codings = pd.DataFrame(given, columns=["document", "position", "code"])
    return frame, codings, frame[["document", "position"]]


class Knowing:
    """Says of a word how often utterances with it had the code; offers from one half."""

    basis_: pd.Series[Any]

    def fit(self, utterances, codings, reviewed, codebook=None):
        seen = utterances.merge(reviewed, on=["document", "position"])
        self.codes = sorted(codings["code"].unique())
        self.basis_ = pd.Series("codings", index=self.codes)
        labels = pd.DataFrame(label_matrix(seen, codings, self.codes), columns=self.codes)
        last = seen["text"].str.split().str[-1]
        self.share = labels.groupby(last.to_numpy()).mean()
        return self

    def score(self, utterances):
        last = utterances["text"].str.split().str[-1]
        return self.share.reindex(last, fill_value=0.0).reset_index(drop=True)

    def offers(self, utterances, top=3):
        row, column = np.nonzero(self.score(utterances).to_numpy() >= 0.5)
        places = utterances[["document", "position"]].iloc[row].reset_index(drop=True)
        return places.assign(code=[self.codes[one] for one in column])

    def explain(self, text, code):
        last = text.split()[-1]
        return pd.DataFrame({"word": [last], "weight": [1.0], "basis": ["codings"]})


class Dice(Knowing):
    """Knows nothing: every score is drawn."""

    def score(self, utterances):
        rng = np.random.default_rng(len(utterances))
        return pd.DataFrame(rng.random((len(utterances), len(self.codes))), columns=self.codes)
