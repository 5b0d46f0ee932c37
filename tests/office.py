"""Get LibreOffice's spreadsheet and writer where they can be had; without them their tests skip."""

from __future__ import annotations

import os
import shutil
import subprocess

PARTS = ("libreoffice-calc-nogui", "libreoffice-writer-nogui")


def _install() -> None:
    """Install them with Debian's own client, which needs the rights of root."""
    if shutil.which("soffice") or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PARTS],
    ):
        subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    _install()
