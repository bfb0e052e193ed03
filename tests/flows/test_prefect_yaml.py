"""Tests: `prefect deploy --all` makes from prefect.yaml what `make deploy` makes, on a real server, in this process."""

import gc
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.testing.cli import invoke_and_assert

from flows.deploy import deploy_pool
from flows.deploy_all import deploy_all
from flows.deployments import TABLE, entries, read_models
from flows.prefect_yaml import prefect_yaml
from registry.settings import REPOSITORY
from tests.flows.test_deploy_all import set_schedule


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_prefects_own_command_leaves_nothing_to_change_for_ours(
    toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_schedule(toy, lifecycle="0 3 * * mon", time_zone="Europe/Lisbon")
    file = tmp_path / "prefect.yaml"
    file.write_text(prefect_yaml(entries(read_models())), encoding="utf-8")
    monkeypatch.setenv("ATELIER_ROOT", str(REPOSITORY))
    monkeypatch.chdir(REPOSITORY)  # the entrypoints begin there
    with get_client(sync_client=True) as client:
        deploy_pool(client)
        for deployment in client.read_deployments():
            client.delete_deployment(deployment.id)
    invoke_and_assert(["--no-prompt", "deploy", "--all", "--prefect-file", str(file)], expected_code=0)
    gc.collect()  # Prefect's command leaves connections open, which later tests would be blamed for
    ours = [change for change in deploy_all(read_models(), dry_run=True) if change.kind == "deployment"]
    assert [(change.name, change.done, change.detail) for change in ours if change.done != "unchanged"] == []
    assert len(ours) == len(TABLE)
