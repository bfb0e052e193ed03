"""Tests: a process that registers, promotes and cleans versions until it is killed: `python -m tests.registry.writing`.

It prints a line after each round. test_backup.py makes backups meanwhile.
"""

import sys
import tempfile
from itertools import count
from pathlib import Path

from components.recipes import RECIPES
from registry.clean import clean
from tests.registry.backups import add_version
from tests.registry.conftest import MODEL

KEPT = 3


def main() -> None:
    RECIPES["toy"] = "tests.registry.toy_recipe"
    with tempfile.TemporaryDirectory() as folder:
        for number in count(1):
            add_version(number, Path(folder))
            clean(MODEL, KEPT)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
