"""Deployments: a worker that restarts when it dies, after the deployments are brought up to date."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import typer

from components.core import child_process
from components.core.errors import AtelierError
from registry.environment import process_environment, running_servers

POOL = "atelier"
ROOT = Path(__file__).resolve().parents[1]
RESTART_SECONDS = 5.0


def deploy_all() -> None:
    """Create or change the work pool, the deployments and the automations: `python -m flows deploy`.

    Flows and deployments never import each other, so that it is a process of its own, which prints what it changed.

    Raises:
        AtelierError: no Prefect server answers.
        SystemExit: it failed, and has said why.
    """
    code = subprocess.run([sys.executable, "-m", "flows", "deploy"], cwd=ROOT, env=_environment()).returncode
    if code:
        sys.exit(code)


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


def _environment() -> dict[str, str]:
    address = os.environ.get("PREFECT_API_URL") or running_servers().get("prefect", "")
    if not address:
        raise AtelierError("No Prefect server answers", act="run `make ui` in another terminal, or set PREFECT_API_URL")
    api = address if address.endswith("/api") else f"{address}/api"
    return {**os.environ, **process_environment(), "PREFECT_API_URL": api, "ATELIER_ROOT": str(ROOT)}
