"""The words that the workbench shows: they stand in ``labels.toml``, to be translated there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

__all__ = [
    "ADJUDICATE",
    "AGREEMENT",
    "AGREEMENT_LEVELS",
    "AGREEMENT_UNITS",
    "BETWEEN",
    "BRINGING",
    "BRINGING_KINDS",
    "CHOICES",
    "CLUSTERS",
    "CODE",
    "CODEBOOK",
    "CODEBOOKS",
    "COEFFICIENTS",
    "COLUMNS",
    "COOCCURRENCE",
    "COUNTED",
    "COURSE",
    "DESIGNS",
    "DIFFERENCES",
    "DISTANCES",
    "DOCUMENTS",
    "DOUBTS",
    "DRIFTS",
    "EFFECTS",
    "EXPORT",
    "FOLLOWERS",
    "GROUPINGS",
    "HISTORY",
    "INTERVALS",
    "KEYS",
    "LEVELS",
    "LINKAGES",
    "LOGIN",
    "MAPPED",
    "MARKED",
    "MEASURES",
    "MEMOS",
    "MODERATOR",
    "OFFSETS",
    "ORDERS",
    "OUTCOME",
    "PAGES",
    "PAIRED",
    "PAIR_ORDERS",
    "PANE",
    "QUALITIES",
    "QUERIES",
    "REPORT",
    "RESEMBLANCES",
    "RETRIEVE",
    "ROUNDS",
    "ROWS",
    "SECTIONS",
    "SHARED",
    "SITES",
    "SPEAKERS",
    "START",
    "STEPS",
    "SUGGESTIONS",
    "THEMES",
    "UNITS",
    "WITHIN",
    "WORDS",
]

Words = dict[str, str]

_ALL: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("labels.toml").read_text(encoding="utf-8")
)

PAGES: Words = _ALL["pages"]
SECTIONS: Words = _ALL["sections"]
"""Headings of the menu."""
SHARED: Words = _ALL["shared"]
START: Words = _ALL["start"]
LOGIN: Words = _ALL["login"]
CODE: Words = _ALL["code"]
PANE: Words = _ALL["pane"]
DOCUMENTS: Words = _ALL["documents"]
REPORT: Words = _ALL["report"]
BRINGING: Words = _ALL["bringing"]
SPEAKERS: Words = _ALL["speakers"]
CODEBOOK: Words = _ALL["codebook"]
ROUNDS: Words = _ALL["rounds"]
ADJUDICATE: Words = _ALL["adjudicate"]
MEMOS: Words = _ALL["memos"]
THEMES: Words = _ALL["themes"]
COOCCURRENCE: Words = _ALL["cooccurrence"]
AGREEMENT: Words = _ALL["agreement"]
EXPORT: Words = _ALL["export"]
HISTORY: Words = _ALL["history"]
CHOICES: Words = _ALL["choices"]
OUTCOME: Words = _ALL["outcome"]
COLUMNS: Words = _ALL["columns"]
DIFFERENCES: Words = _ALL["differences"]
RETRIEVE: Words = _ALL["retrieve"]
WORDS: Words = _ALL["words"]
COURSE: Words = _ALL["course"]
CLUSTERS: Words = _ALL["clusters"]
SUGGESTIONS: Words = _ALL["suggestions"]

KEYS: list[list[Any]] = _ALL["keys"]["rows"]
"""The keys of the pane, and what each does."""
MODERATOR: dict[str, bool | None] = {
    SPEAKERS["leave"]: None,
    SHARED["yes"]: True,
    SHARED["no"]: False,
}
"""What is chosen -> whether a speaker is a moderator."""
CODEBOOKS: Words = _ALL["codebooks"]
"""Which codebook a new project begins with."""
UNITS: Words = _ALL["units"]
"""What becomes an utterance."""
BRINGING_KINDS: Words = _ALL["bringing_kinds"]
"""What another program made."""
OFFSETS: Words = _ALL["offsets"]
"""How the positions in a file of another program count."""
LEVELS: Words = _ALL["levels"]
"""Which rows of a finding are shown."""
ROWS: Words = _ALL["rows"]
"""What one row of a finding is."""
COUNTED: Words = _ALL["counted"]
"""What a frequency counts."""
GROUPINGS: Words = _ALL["groupings"]
"""What groups are made by."""
WITHIN: Words = _ALL["within"]
"""When two codes stand together."""
MEASURES: Words = _ALL["measures"]
"""What the colour of a pair shows."""
PAIRED: Words = _ALL["paired"]
"""Which pairs of codes are looked at."""
STEPS: Words = _ALL["steps"]
"""What one step of a sequence is."""
FOLLOWERS: Words = _ALL["followers"]
"""Who says the second code of a sequence."""
AGREEMENT_LEVELS: Words = _ALL["agreement_levels"]
"""Which rows of agreement are compared."""
AGREEMENT_UNITS: Words = _ALL["agreement_units"]
"""What coders are compared on."""
INTERVALS: Words = _ALL["intervals"]
"""How an interval of agreement is made."""
COEFFICIENTS: Words = _ALL["coefficients"]
"""Coefficient -> its name."""
BETWEEN: Words = _ALL["between"]
"""What agreement is compared between."""
SITES: Words = _ALL["sites"]
"""Where disagreement may sit."""
DRIFTS: Words = _ALL["drifts"]
"""What may drift."""
DESIGNS: Words = _ALL["designs"]
"""How a double coding is drawn."""
MARKED: Words = _ALL["marked"]
"""What words may mark."""
ORDERS: Words = _ALL["orders"]
"""The order of a concordance."""
PAIR_ORDERS: Words = _ALL["pair_orders"]
"""The order of words side by side."""
DISTANCES: Words = _ALL["distances"]
"""How far apart two codes are."""
LINKAGES: Words = _ALL["linkages"]
"""How far apart two groups of codes are."""
RESEMBLANCES: Words = _ALL["resemblances"]
"""How alike two profiles are."""
MAPPED: Words = _ALL["mapped"]
"""What a map or a profile is of."""
QUALITIES: Words = _ALL["qualities"]
"""Measure of the suggestions -> its name."""
EFFECTS: Words = _ALL["effects"]
"""What suggestions may change."""
DOUBTS: Words = _ALL["doubts"]
"""What is doubted of a coding."""
QUERIES: list[list[str]] = _ALL["queries"]["rows"]
"""A query, and what it finds."""
