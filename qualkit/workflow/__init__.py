"""qualkit.workflow."""
