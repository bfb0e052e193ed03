"""Tests: what `make worker` keeps alive, what it looks for, and what is left when it ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from prefect.client.orchestration import get_client

from deployments.worker import HEARTBEAT_SECONDS, _environment, reap_dead
from registry.lease_rows import find
from registry.search import all_versions
from tests.deployments.kill_table import broken_bounds
from tests.deployments.kill_trials import STEPS, is_final, last, open_leases, run_trials, running_in_mlflow
from tests.deployments.place import MODEL, place, slots_taken, wait_for
from tests.registry.postgresql import find_programs, new_database, run_server, start_server, stop_server


def test_no_process_starts_while_nothing_died(bare_home: Path) -> None:
    before = psutil.Process().children()
    reap_dead({"PATH": "/nowhere"})  # a flow that started there would fail
    assert psutil.Process().children() == before


def test_runs_of_the_worker_send_prefects_heartbeat_as_often_as_it_allows(
    bare_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    read = "from prefect.settings import get_current_settings as s; print(s().flows.heartbeat_frequency)"
    command = [sys.executable, "-c", read]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == HEARTBEAT_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["flow", "worker", "server"])
def test_a_killed_process_ends_in_a_final_state_and_the_work_is_finished_once(tmp_path: Path, victim: str) -> None:
    with place(tmp_path) as made:
        (trial,) = run_trials(made, victim, 1)
    assert broken_bounds(trial) == []


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0.0, 3.0])
def test_work_is_finished_although_postgresql_was_stopped_for_30_seconds_in_it(tmp_path: Path, moment: float) -> None:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: install its server, or put initdb into PATH")
    with run_server(programs) as folder:
        addresses = {name: new_database(folder) for name in ("ATELIER_DATABASE_URL", "MLFLOW_TRACKING_URI")}
        with place(tmp_path, **addresses) as made, get_client(sync_client=True) as client:
            made.start_worker()
            assert made.command("ingest", MODEL).returncode == 0
            run = made.start("train", overrides=[f"train.steps={STEPS}"])
            wait_for(lambda: any(lease.run for lease in find()))  # it has begun to work
            time.sleep(moment)
            stop_server(programs, folder)
            time.sleep(30)
            start_server(programs, folder)
            wait_for(lambda: is_final(client, run) and not running_in_mlflow(), seconds=180)
            wait_for(lambda: last(client, run).state_name == "Completed" and not open_leases())
            assert (len(all_versions(MODEL)), slots_taken(client)) == (STEPS, 0)


@pytest.mark.slow
def test_a_worker_that_is_stopped_leaves_no_process_and_the_next_one_goes_on_with_its_work(tmp_path: Path) -> None:
    with place(tmp_path) as made, get_client(sync_client=True) as client:
        made.start_worker()
        made.command("ingest", MODEL)
        run = made.start("train", overrides=[f"train.steps={STEPS}"])
        wait_for(lambda: open_leases() and made.flow_process())
        assert made.supervisor is not None
        children = psutil.Process(made.supervisor.pid).children(recursive=True)
        made.stop_worker(signal.SIGINT)
        _, alive = psutil.wait_procs(children, timeout=20)
        assert alive == []
        made.start_worker()
        wait_for(lambda: is_final(client, run) and not running_in_mlflow(), seconds=120)
        wait_for(lambda: last(client, run).state_name == "Completed" and not open_leases())
        assert (len(all_versions(MODEL)), slots_taken(client)) == (STEPS, 0)
