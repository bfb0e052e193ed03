"""Benchmarks: the commands of a life cycle as a person runs them, one process each, timed, until one fails."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.settings import REPOSITORY

PROMPT = "A professional product photo of red casual shoes on white background"
NOTHING_PROMOTED = 3  # an exit code that is a decision, not a failure


@dataclass(frozen=True, slots=True)
class Stage:
    """One command of the life cycle."""

    name: str
    arguments: Sequence[str]
    fine: tuple[int, ...] = (0,)  # exit codes


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a stage. `said` is its JSON object, or what it wrote to standard error if it failed."""

    stage: Stage
    code: int
    seconds: float
    said: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def worked(self) -> bool:
        return self.code in self.stage.fine


def life_cycle(model: str, changes: Sequence[str], catalogue: str | None) -> list[Stage]:
    sets = [word for change in changes for word in ("--set", change)]
    named = ["--catalogue", catalogue] if catalogue else []
    return [
        Stage("ingest", ["ingest", model, *named, *sets, "--json"]),
        Stage("train", ["train", model, *sets, "--json"]),
        Stage("evaluate", ["evaluate", model, *sets, "--json"]),
        Stage("promote", ["promote", model, *sets, "--json"], (0, NOTHING_PROMOTED)),
        Stage("verify", ["verify", model, "--json"]),
    ]


def generate_stage(model: str, version: str) -> Stage:
    return Stage("generate", ["generate", model, PROMPT, "--n", "2", "--version", version, "--json"])


def run_stage(stage: Stage, home: Path) -> Done:
    """Run a command in the scratch home; its progress is in the home's `logs`, its JSON object is kept."""
    environment = {**os.environ, "ATELIER_HOME": str(home)}
    environment.pop("MLFLOW_TRACKING_URI", None)  # a scratch registry, whatever is set
    environment.pop("ATELIER_DATABASE_URL", None)
    command, began = [sys.executable, "-m", "flows", *stage.arguments], time.monotonic()
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    if done.returncode not in stage.fine:
        return Done(stage, done.returncode, seconds, error=_last_sentence(done.stderr))
    return Done(stage, done.returncode, seconds, _object(done.stdout))


def _object(text: str) -> dict[str, Any]:
    lines = [line for line in text.splitlines() if line.startswith("{")]
    found: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return found


def _last_sentence(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("Error: ")]
    return (errors or lines or ["it said nothing"])[-1].removeprefix("Error: ")
