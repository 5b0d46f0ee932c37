"""Counts and comparisons: who says what, and what goes with what. Tidy frames in and out."""

from qualkit.analysis.clusters import code_tree, profiles
from qualkit.analysis.combinations import combinations
from qualkit.analysis.cooccurrence import cooccurrence
from qualkit.analysis.correspondence import correspondence, correspondence_of
from qualkit.analysis.course import over_length, portrait
from qualkit.analysis.differences import differences
from qualkit.analysis.frequency import frequency
from qualkit.analysis.groups import NOT_SET
from qualkit.analysis.pair_differences import pair_differences
from qualkit.analysis.pieces import WITHIN
from qualkit.analysis.saturation import saturation
from qualkit.analysis.sequences import sequences
from qualkit.analysis.voices import DENOMINATORS

__all__ = [
    "DENOMINATORS",
    "NOT_SET",
    "WITHIN",
    "code_tree",
    "combinations",
    "cooccurrence",
    "correspondence",
    "correspondence_of",
    "differences",
    "frequency",
    "over_length",
    "pair_differences",
    "portrait",
    "profiles",
    "saturation",
    "sequences",
]
