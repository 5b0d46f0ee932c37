"""qualkit.formats."""
