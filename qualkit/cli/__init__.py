"""qualkit.cli."""
