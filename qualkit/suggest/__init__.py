"""qualkit.suggest."""
