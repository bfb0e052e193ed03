"""Flows: the version of Atelier, which pyproject.toml spells."""

import tomllib
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

from registry.settings import REPOSITORY


def version() -> str:
    """Return the version of the installed package; of a clone that is not installed, what its pyproject.toml says."""
    try:
        return installed("atelier")
    except PackageNotFoundError:
        return str(tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
