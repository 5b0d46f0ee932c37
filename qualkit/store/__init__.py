"""qualkit.store."""
