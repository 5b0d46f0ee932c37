"""What is measured against a named alternative, in one run: ``make bench``. Never a test."""
