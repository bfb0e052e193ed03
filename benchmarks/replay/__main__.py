"""Benchmarks / replay: the command `make replay`."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch

from benchmarks.replay.figures import details_of
from benchmarks.replay.page import page_of
from benchmarks.replay.plan import YEAR
from benchmarks.replay.simulate import simulate
from components.core.files import write_text


def main() -> None:
    """Simulate the year, write index.html and replay.json, and print the totals as one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("build/replay"), help="the folder of the page and of the JSON")
    parser.add_argument("--seed", type=int, default=YEAR.seed, help=f"of all random numbers (default {YEAR.seed})")
    options = parser.parse_args()
    torch.set_num_threads(1)  # sums in another order differ in the last bits
    replay = simulate(replace(YEAR, seed=options.seed))
    totals = {"seed": options.seed, **replay.figures, "without_events": replay.quiet}
    details = {"totals": totals} | details_of(replay.plan, replay.history)
    options.to.mkdir(parents=True, exist_ok=True)
    write_text(options.to / "replay.json", json.dumps(details, indent=1) + "\n")
    write_text(options.to / "index.html", page_of(replay))
    print(f"The page is {options.to / 'index.html'}", json.dumps(totals), sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
