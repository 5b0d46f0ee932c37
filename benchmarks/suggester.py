"""The suggester as the suggestion benchmark wants it: fit, score, offers on plain tables."""

from __future__ import annotations

from typing import Self

import pandas as pd

from qualkit.model import Code, Codebook, slug
from qualkit.suggest import Suggester

__all__ = ["Measured", "make"]


class Measured:
    """Turns the benchmark's tables into the project's, and back."""

    def __init__(self) -> None:
        self.suggester = Suggester()

    def fit(self, utterances: pd.DataFrame, codings: pd.DataFrame, codebook: pd.DataFrame) -> Self:
        """Learn from the utterances marked as coded.

        Args:
            utterances: document_id, position, speaker, speaker_role, text, coded (bool).
            codings: row (number of the utterance), code.
            codebook: code, name, description, parent.
        """
        frame = _named(utterances)
        places = frame[["document", "position"]]
        given = places.iloc[codings["row"].to_numpy()].assign(code=codings["code"].to_numpy())
        self.codes = codebook["code"].tolist()
        reviewed = places[utterances["coded"].to_numpy()]
        self.suggester.fit(frame, given, reviewed, _codebook(codebook))
        return self

    def score(self, utterances: pd.DataFrame) -> pd.DataFrame:
        """Return utterances x codes of the study, from 0 to 1."""
        scores = self.suggester.score(_named(utterances))[self.codes]
        return scores.set_axis(utterances.index)

    def offers(self, scores: pd.DataFrame) -> pd.DataFrame:
        """Return which scores are high enough to be shown unasked."""
        return scores >= self.suggester.thresholds_[self.codes]


def make() -> Measured:
    """Return a suggester for the benchmark."""
    return Measured()


def _named(utterances: pd.DataFrame) -> pd.DataFrame:
    return utterances.rename(columns={"document_id": "document", "speaker_role": "role"})


def _codebook(table: pd.DataFrame) -> Codebook:
    """Return the codes as a tree; parents that are no codes themselves are added."""
    table = table[["code", "name", "description", "parent"]].fillna("")
    ids = {code: f"{slug(code)}_{number}" for number, code in enumerate(table["code"])}
    parents = [parent for parent in table["parent"].unique() if parent and parent not in ids]
    ids |= {parent: f"{slug(parent)}_theme_{number}" for number, parent in enumerate(parents)}
    themes = [Code(ids[parent], parent) for parent in parents]
    codes = [
        Code(ids[code], code, ids.get(parent), text if name == code else f"{name}. {text}")
        for code, name, text, parent in table.to_numpy()
    ]
    return Codebook("measured", (*themes, *codes))
