"""What lies here runs in an environment of its own, see tests/unit/agreement/test_oracles.py."""

collect_ignore = ["answer.py"]
