"""qualkit.analysis."""
