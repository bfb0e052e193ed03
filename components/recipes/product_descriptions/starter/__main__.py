"""components / product descriptions / starter: the command that trains the starter's base model from scratch."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from components.recipes.product_descriptions.starter import BASE_FOLDER

EVERY = 50  # steps between two lines of progress


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m components.recipes.product_descriptions.starter",
        description="Write descriptions, train a vocabulary and a small Llama on them (ten minutes on one idle core).",
    )
    parser.add_argument("--folder", type=Path, default=BASE_FOLDER, help="where to write; what is there is replaced")
    parser.add_argument("--effort", type=float, default=1.0, help="share of texts and steps; 0.01 for a trial")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(words)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Train, put the weights in place, and print the figures as one line of JSON."""
    options = arguments()
    from components.recipes.product_descriptions.starter.pretraining import Plan, pretrain

    began = time.monotonic()

    def show(done: int, total: int, loss: float) -> None:
        if done % EVERY == 0 or done == total:
            _print(f"[{time.monotonic() - began:5.0f} s] step {done} of {total}, loss {loss:.3f}")

    figures = pretrain(options.folder, Plan(seed=options.seed).scaled(options.effort), show)
    _print(json.dumps({**figures, "seconds": round(time.monotonic() - began, 1)}))


if __name__ == "__main__":
    main()
