"""Tests: kills flow, worker and server ten times each, and prints what became of the work: `make test-kill`.

It prints a Markdown table, then one line of JSON, and exits with 1 if a bound does not hold.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from tests import ROOT
from tests.deployments.kill_trials import VICTIMS, Trial, run_trials
from tests.deployments.place import place

BOUND = 120.0  # seconds until each run has a final state
HEADINGS = (
    "killed",
    "trials",
    "s to a final state: median, most",
    "s until the work is finished: median, most",
    "versions missing",
    "versions double",
    "slots left",
    "RUNNING left",
)
NONE_IS_RIGHT = {
    "missing": "versions are missing",
    "double": "versions are double",
    "slots": "concurrency slots were left",
    "running": "runs are still RUNNING",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="trials of each victim")
    parser.add_argument("--only", choices=VICTIMS, help="one victim, and only its line of JSON")
    given = parser.parse_args()
    if given.only:
        with tempfile.TemporaryDirectory(prefix="atelier-kill-") as folder, place(Path(folder)) as made:
            sys.stdout.write(json.dumps([asdict(trial) for trial in run_trials(made, given.only, given.times)]) + "\n")
        return 0
    trials = [trial for victim in VICTIMS for trial in _in_a_process(victim, given.times)]
    broken = [sentence for trial in trials for sentence in broken_bounds(trial)]
    sys.stdout.write("\n".join(["", *table(trials), "", *broken, json.dumps(summary(trials, broken))]) + "\n")
    return 1 if broken else 0


def _in_a_process(victim: str, times: int) -> list[Trial]:
    """Run the trials of one victim in a process of its own: the clients of a process are of one home."""
    command = [sys.executable, "-m", "tests.deployments.kill_table", "--only", victim, "--times", str(times)]
    sys.stderr.write(f"{victim}:\n")
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return [Trial(victim, error=f"The process of the trials ended with {done.returncode}.")]
    return [Trial(**found) for found in json.loads(lines[-1])]


def broken_bounds(trial: Trial) -> list[str]:
    """Return a sentence for each thing that is not as it must be."""
    if trial.error:
        return [f"{trial.victim}: {trial.error}"]
    wrong = [f"{found} {what}" for name, what in NONE_IS_RIGHT.items() if (found := getattr(trial, name))]
    late = [f"a final state took {trial.final:.0f} s, at most {BOUND:.0f} are allowed"] if trial.final > BOUND else []
    return [f"{trial.victim}: {sentence}." for sentence in [*late, *wrong]]


def table(trials: Sequence[Trial]) -> list[str]:
    rows = [_row(victim, [trial for trial in trials if trial.victim == victim]) for victim in VICTIMS]
    return [f"| {' | '.join(cells)} |" for cells in (HEADINGS, ["---"] * len(HEADINGS), *rows)]


def summary(trials: Sequence[Trial], broken: Sequence[str]) -> dict[str, Any]:
    return {"bound": BOUND, "ok": not broken, "broken": list(broken), "trials": [asdict(trial) for trial in trials]}


def _row(victim: str, trials: Sequence[Trial]) -> list[str]:
    measured = [trial for trial in trials if not trial.error]
    times = [_median_and_most([getattr(trial, name) for trial in measured]) for name in ("final", "finished")]
    return [
        victim,
        str(len(measured)),
        *times,
        *(str(sum(getattr(t, name) for t in measured)) for name in NONE_IS_RIGHT),
    ]


def _median_and_most(values: Sequence[float]) -> str:
    return f"{median(values):.0f}, {max(values):.0f}" if values else "none"


if __name__ == "__main__":
    sys.exit(main())
