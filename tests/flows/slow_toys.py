"""Tests: the toy recipe with one slow phase, and the command line as a program, for tests that send signals to it.

Run it as `python -m tests.flows.slow_toys PHASE SECONDS COMMAND ...`. It prints `busy: PHASE` when the phase begins.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from components.recipes import RECIPES
from tests import toys

PHASES = ("make_examples", "train", "evaluate", "package")


def slow(function: Callable[..., Any], phase: str, seconds: float) -> Callable[..., Any]:
    def wait_and_call(*arguments: Any, **named: Any) -> Any:
        sys.stderr.write(f"busy: {phase}\n")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.05)
        return function(*arguments, **named)

    return wait_and_call


def main() -> None:
    from flows.cli import app

    phase, seconds, *arguments = sys.argv[1:]
    slowed = slow(getattr(toys.RECIPE, phase), phase, float(seconds))
    toys.RECIPE = replace(toys.RECIPE, **{phase: slowed})  # type: ignore[arg-type]
    RECIPES["toy"] = "tests.toys"
    app(arguments, prog_name="atelier")


if __name__ == "__main__":
    main()
