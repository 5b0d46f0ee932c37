"""qualkit.text."""
