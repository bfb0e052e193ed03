"""Deployments: the work pool, the deployments of prefect.yaml, and a worker that restarts when it dies."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import typer

from components.core import child_process
from components.core.errors import AtelierError
from components.core.masking import mask
from registry.environment import process_environment, running_servers

POOL = "atelier"
ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = Path(__file__).with_name("work_pool.json")  # deployments may set no command, environment or folder
RESTART_SECONDS = 5.0


def deploy_all() -> None:
    """Create the work pool, if it does not exist, and all deployments of prefect.yaml.

    Raises:
        AtelierError: no Prefect server answers, or Prefect refused; the message has Prefect's own.
    """
    _prefect("work-pool", "create", POOL, "--type", "process", "--base-job-template", str(TEMPLATE), "--overwrite")
    _prefect("deploy", "--all", "--prefect-file", "prefect.yaml")
    typer.echo(f"All deployments of prefect.yaml are on the work pool {POOL}.")


def supervise() -> None:
    """Run our worker (flows/worker.py) until Ctrl-C. If it ends by itself, print its exit code and start it again.

    It has a session of its own, so that Ctrl-C reaches this process alone, and ends soon after it, also after SIGKILL.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit an ignored SIGINT
    while True:
        worker = child_process.start("flows.worker", POOL, environment=_environment(), output=sys.stdout.buffer)
        try:
            code = worker.wait()
        except KeyboardInterrupt:
            _end(worker)
            return
        typer.echo(f"The worker ended with {code}; it starts again in {RESTART_SECONDS:g} s.", err=True)
        time.sleep(RESTART_SECONDS)


def _end(worker: child_process.Process) -> None:
    """Let the worker end by itself, which returns its runs to the pool; kill it after 30 s."""
    worker.terminate()
    try:
        worker.wait(timeout=30)
    except subprocess.TimeoutExpired:
        worker.kill()


def _prefect(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", *words],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        output = mask(" ".join((done.stderr or done.stdout).split()))[-400:]
        raise AtelierError(f"`prefect {' '.join(words)}` failed: {output}")


def _environment() -> dict[str, str]:
    address = os.environ.get("PREFECT_API_URL") or running_servers().get("prefect", "")
    if not address:
        raise AtelierError("No Prefect server answers", act="run `make ui` in another terminal, or set PREFECT_API_URL")
    api = address if address.endswith("/api") else f"{address}/api"
    return {**os.environ, **process_environment(), "PREFECT_API_URL": api, "ATELIER_ROOT": str(ROOT)}
