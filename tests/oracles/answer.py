"""Runs in the environment of the oracles: reads matrices from stdin, writes what they say.

Each matrix is units x coders of categories, null for missing, or of lists of codes for "sets".
"""

import json
import math
import sys
import warnings

import krippendorff
import numpy as np
import pandas as pd
from irrCAC.raw import CAC
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import jaccard_distance, masi_distance
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

warnings.filterwarnings("ignore")


def of_categories(rows):
    frame = pd.DataFrame(rows, dtype=float)
    found = {
        "krippendorff.alpha": float(
            krippendorff.alpha(frame.to_numpy().T, level_of_measurement="nominal")
        )
    }
    chance = CAC(frame, digits=12)
    for name, method in (
        ("ac1", chance.gwet),
        ("fleiss_kappa", chance.fleiss),
        ("kappa", chance.conger),
        ("brennan_prediger", chance.bp),
        ("alpha", chance.krippendorff),
    ):
        said = method()["est"]
        found[name] = [float(said["coefficient_value"]), float(said["se"])]
    if not frame.isna().any().any():
        counts = np.array(
            [
                [(row == k).sum() for k in range(int(frame.max().max()) + 1)]
                for row in frame.to_numpy()
            ]
        )
        found["statsmodels.fleiss"] = float(fleiss_kappa(counts))
        if frame.shape[1] == 2:
            found["sklearn.cohen"] = float(cohen_kappa_score(frame[0], frame[1]))
            table = pd.crosstab(frame[0], frame[1]).to_numpy()
            if table.shape[0] == table.shape[1]:
                said = cohens_kappa(table)
                found["statsmodels.cohen"] = [float(said.kappa), float(said.std_kappa)]
    return found


def guarded(distance):
    """nltk divides by zero for two empty sets."""
    return lambda a, b: 0.0 if not a and not b else distance(a, b)


def of_sets(rows):
    triples = [
        (coder, unit, frozenset(codes))
        for unit, row in enumerate(rows)
        for coder, codes in enumerate(row)
        if codes is not None
    ]
    return {
        name: float(AnnotationTask(data=triples, distance=guarded(distance)).alpha())
        for name, distance in (("masi", masi_distance), ("jaccard", jaccard_distance))
    }


def plain(value):
    return None if isinstance(value, float) and math.isnan(value) else value


asked = json.load(sys.stdin)
json.dump(
    {
        "categories": [of_categories(one) for one in asked["categories"]],
        "sets": [of_sets(one) for one in asked["sets"]],
    },
    sys.stdout,
)
