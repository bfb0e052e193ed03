"""Flows: imports all of Atelier once, so that Python compiles it at `make install` and not in the first command.

`make install` tells pip to compile nothing: most of what it installs is never imported.
"""

from importlib import import_module
from pkgutil import walk_packages

ROOMS = ("components", "registry", "flows", "deployments")


def modules() -> list[str]:
    """Return the names of all modules but those that run a command when they are imported."""
    found = [import_module(room) for room in ROOMS]
    names = [info.name for room in found for info in walk_packages(room.__path__, f"{room.__name__}.")]
    return [name for name in names if not name.endswith(".__main__")]


def import_all() -> None:
    """Import them.

    Raises:
        ImportError: a package of requirements.txt is missing or does not fit.
    """
    for name in modules():
        import_module(name)


if __name__ == "__main__":
    import_all()
