"""Deployments: a worker that restarts when it dies, after the deployments are brought up to date."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import typer

from components.core import child_process
from components.core.errors import AtelierError, RegistryError
from registry.environment import process_environment, running_servers
from registry.leases import lapsed
from registry.settings import settings

POOL = "atelier"
ROOT = Path(__file__).resolve().parents[1]
RESTART_SECONDS = 1.0  # before the worker starts again; twice as long each time that it ends soon
LONGEST_SECONDS = 60.0
STEADY_SECONDS = 60.0  # a worker that lived so long did not end because it started
REAP_SECONDS = 20.0  # between two looks for dead processes
END_SECONDS = 10.0  # for a worker to end by itself, and the processes of its runs to write that they were interrupted
HEARTBEAT_SECONDS = "30"  # of Prefect's own heartbeat, its least; automations of yours may act on it


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
    Before each start, and every REAP_SECONDS, the runs of dead processes are looked for, also those of the worker that
    ended: the processes that it leaves are ended, as nobody could cancel them, and their work starts again.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit an ignored SIGINT
    environment, waits, pool = _environment(), RESTART_SECONDS, settings().work_pool
    while True:
        reap_dead(environment)
        began = time.monotonic()
        worker = child_process.start("flows.worker", pool, environment=environment, output=sys.stdout.buffer)
        try:
            code = _watch(worker, environment)
        except BaseException:
            child_process.end(worker, END_SECONDS)
            raise
        child_process.end(worker, 0)  # the processes of its runs
        waits = RESTART_SECONDS if time.monotonic() - began > STEADY_SECONDS else min(2 * waits, LONGEST_SECONDS)
        typer.echo(f"The worker ended with {code}; it starts again in {waits:g} s.", err=True)
        time.sleep(waits)


def reap_dead(environment: Mapping[str, str]) -> None:
    """Run the flow `reap` if a process with a lease died. To look costs a query, so Prefect gets no run for nothing."""
    try:
        dead = lapsed()
    except RegistryError as error:
        typer.echo(f"Error: {error}", err=True)
        return
    if dead:
        path = os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH", "")]))
        words = [sys.executable, "-m", "flows", "reap"]
        subprocess.run(words, env={**environment, "PYTHONPATH": path}, stdin=subprocess.DEVNULL)


def _watch(worker: child_process.Process, environment: Mapping[str, str]) -> int:
    """Wait until the worker ends; meanwhile look for dead processes. Returns its exit code."""
    while True:
        try:
            return worker.wait(timeout=REAP_SECONDS)
        except subprocess.TimeoutExpired:
            reap_dead(environment)


def _environment() -> dict[str, str]:
    address = os.environ.get("PREFECT_API_URL") or running_servers().get("prefect", "")
    if not address:
        raise AtelierError("No Prefect server answers", act="run `make ui` in another terminal, or set PREFECT_API_URL")
    api = address if address.endswith("/api") else f"{address}/api"
    ours = {"PREFECT_API_URL": api, "ATELIER_ROOT": str(ROOT), "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": HEARTBEAT_SECONDS}
    return {**os.environ, **process_environment(), **ours}
