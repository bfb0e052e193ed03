"""Registry: the git commit of the running source code."""

import subprocess

from registry.settings import REPOSITORY


def git_sha() -> str:
    """Return the commit of this checkout, `-dirty` if tracked files differ from it; `unknown` without a checkout."""
    command = ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return found.stdout.strip() or "unknown"
