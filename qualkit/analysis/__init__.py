"""Counts and comparisons: who says what, and what goes with what. Tidy frames in and out."""

from qualkit.analysis.cooccurrence import cooccurrence
from qualkit.analysis.frequency import DENOMINATORS, NOT_SET, frequency
from qualkit.analysis.pieces import WITHIN

__all__ = ["DENOMINATORS", "NOT_SET", "WITHIN", "cooccurrence", "frequency"]
