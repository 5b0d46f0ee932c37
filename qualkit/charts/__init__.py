"""qualkit.charts."""
