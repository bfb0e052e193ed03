"""components / product images / starter: the command that trains the starter's weights from scratch."""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from components.recipes.product_images.starter import BASE_FOLDER


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m components.recipes.product_images.starter",
        description="Draw product pictures; train the image-text model, VAE and UNet (40 to 80 minutes on 2 cores).",
    )
    parser.add_argument("--folder", type=Path, default=BASE_FOLDER.parent, help="where to write base/ and vision/")
    parser.add_argument("--effort", type=float, default=1.0, help="share of the training steps; 0.01 for a trial")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2, help="processes; 1 or 2 give the same weights")
    return parser.parse_args(words)


def main() -> None:
    """Train, put the weights in place, and print the figures as a table and as one line of JSON."""
    options = arguments()
    from components.recipes.product_images.starter.training.clock import Clock, print_line
    from components.recipes.product_images.starter.training.everything import StarterPlan, train_everything

    clock = Clock(time.monotonic())
    plan = StarterPlan.scaled(options.effort, seed=options.seed, threads=options.threads)
    figures = train_everything(options.folder, plan, clock)
    figures["seconds"] = clock.seconds
    for name, value in figures.items():
        print_line(f"{name:32} {value:12.3f}")
    print_line(json.dumps({name: round(value, 4) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
