"""``python -m qualkit`` is the command line."""

from qualkit.cli import main

if __name__ == "__main__":
    main(prog_name="qualkit")
