"""Flows: the version of Atelier, as pyproject.toml has it."""

import tomllib
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

from registry.settings import REPOSITORY


def version(package: str = "atelier") -> str:
    """Return the version of the installed package, or that of this clone's pyproject.toml where it is not installed."""
    try:
        return installed(package)
    except PackageNotFoundError:
        return str(tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
