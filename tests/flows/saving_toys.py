"""Tests: the toy recipe whose training never ends by itself, and saves its third step when the process is asked to end.

`python -m tests.flows.saving_toys` is the process of a run of a deployment; with words it is the command line.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from components.core.run_log import RunLog, defer_interruption
from components.recipes import RECIPES
from tests import toys


def train(config: toys.Config, snapshot: toys.Fruits, folder: Path, log: RunLog) -> NoReturn:
    with defer_interruption(log) as interruption:
        sys.stderr.write("busy: train\n")
        while not interruption.asked:
            time.sleep(0.05)
        interruption.saved("step 3")
    raise AssertionError("the process ends after the block")


def main() -> None:
    from flows.cli import app
    from flows.deployed_run import main as deployed

    toys.RECIPE = replace(toys.RECIPE, train=train)
    RECIPES["toy"] = "tests.toys"
    if sys.argv[1:]:
        app(sys.argv[1:], prog_name="atelier")
    deployed()


if __name__ == "__main__":
    main()
