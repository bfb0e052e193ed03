"""Registry: which source code is running."""

import subprocess

from registry.settings import REPOSITORY


def git_sha() -> str:
    """Return the commit of this checkout, `-dirty` where tracked files differ from it; `unknown` outside of one."""
    command = ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return found.stdout.strip() or "unknown"
