"""qualkit.agreement."""
