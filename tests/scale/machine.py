"""Tests: a machine: a clone, a home and a supervised worker of its own. It shares no folder with another machine."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests import ROOT
from tests.deployments.place import SUPERVISE
from tests.scale.services import Services

CLONED = ("components", "deployments", "flows", "registry")
MODELS = ("left", "right")  # two models, so that both machines have work at the same time


@dataclass
class Machine:
    """A machine whose work pool has the same name."""

    name: str
    folder: Path
    variables: dict[str, str]
    supervisor: "subprocess.Popen[bytes] | None" = None

    @property
    def clone(self) -> Path:
        return self.folder / "clone"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def start(self) -> None:
        with (self.folder / "worker.log").open("ab") as log:
            command = [sys.executable, "-c", SUPERVISE]
            self.supervisor = subprocess.Popen(
                command, cwd=self.clone, env=self.variables, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """Kill supervisor, worker and the processes of its runs at once, as when the power fails."""
        if self.supervisor:
            there = psutil.Process(self.supervisor.pid)
            for process in (there, *there.children(recursive=True)):
                process.kill()
            self.supervisor.wait(timeout=60)
            self.supervisor = None

    def stop(self) -> None:
        if self.supervisor:
            self.supervisor.send_signal(signal.SIGTERM)
            self.supervisor.wait(timeout=120)
            self.supervisor = None

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        called = [sys.executable, "-m", "flows", *words]
        return subprocess.run(called, cwd=self.clone, env=self.variables, capture_output=True, text=True, check=False)


def make_machine(name: str, folder: Path, services: Services) -> Machine:
    """Clone the project into the folder, with the models of this check."""
    clone, home = folder / "clone", folder / "home"
    for part in CLONED:
        shutil.copytree(ROOT / part, clone / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("prefect.yaml", "pyproject.toml"):
        shutil.copy(ROOT / file, clone)
    home.mkdir(parents=True)
    models = folder / "models"
    models.mkdir()
    starter = (ROOT / "deployments" / "models" / "starter.yaml").read_text(encoding="utf-8")
    for model in MODELS:
        (models / f"{model}.yaml").write_text(starter.replace("model: starter\nrecipe", f"model: {model}\nrecipe"))
    foreign = ("ATELIER_", "PREFECT_", "MLFLOW_", "AWS_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    ours = {
        "ATELIER_HOME": str(home),
        "ATELIER_MODELS": str(models),
        "ATELIER_WORK_POOL": name,
        "ATELIER_DEVICE_RUNS": "0",  # both are on one machine in truth, and would wait for each other's device
        "PREFECT_HOME": str(home / "prefect"),
        "PYTHONPATH": str(clone),
        "PYTHONSAFEPATH": "1",
        "OMP_NUM_THREADS": "1",
    }
    return Machine(name, folder, {**kept, **services.variables, **ours})
