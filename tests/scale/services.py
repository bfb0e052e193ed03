"""Tests: the servers that several machines share: PostgreSQL, S3, Prefect's and MLflow's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry.answering import answers
from tests import ROOT
from tests.deployments.place import wait_for
from tests.deployments.test_servers import free_port
from tests.registry.postgresql import find_programs, new_database, run_server

BUCKET = "atelier"


@dataclass(frozen=True, slots=True)
class Services:
    """The variables that each machine needs, and the addresses that the check asks."""

    variables: dict[str, str]
    mlflow_database: str
    prefect_api: str


@contextmanager
def run_services(folder: Path) -> Iterator[Services]:
    """Run all servers inside the block; their logs are in the folder."""
    programs = find_programs()
    if programs is None:
        sys.exit("Error: PostgreSQL is missing: install it (Debian: apt-get install postgresql), and try again.")
    with ExitStack() as stack:
        socket = stack.enter_context(run_server(programs))
        prefect, mlflow, ours = (new_database(socket) for _ in range(3))
        s3 = stack.enter_context(run_s3(folder))
        shared = {**s3, "ATELIER_DATABASE_URL": ours, "ATELIER_SNAPSHOTS_URL": f"s3://{BUCKET}/snapshots"}
        ports = {"ATELIER_PREFECT_PORT": str(free_port()), "ATELIER_MLFLOW_PORT": str(free_port())}
        server = {
            **shared,
            **ports,
            "ATELIER_HOME": str(folder / "server"),
            "ATELIER_ARTIFACTS_URL": f"s3://{BUCKET}/mlflow",
            "MLFLOW_TRACKING_URI": mlflow.replace("postgresql://", "postgresql+psycopg2://"),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect.replace("postgresql://", "postgresql+asyncpg://"),
        }
        stack.enter_context(_run(folder, "ui", [sys.executable, "-m", "deployments", "ui"], server))
        wait_for((folder / "server" / "servers.json").is_file)
        api = f"http://127.0.0.1:{ports['ATELIER_PREFECT_PORT']}/api"
        tracking = f"http://127.0.0.1:{ports['ATELIER_MLFLOW_PORT']}"
        machine = {**shared, "PREFECT_API_URL": api, "MLFLOW_TRACKING_URI": tracking}
        yield Services(machine, mlflow, api)


@contextmanager
def run_s3(folder: Path) -> Iterator[dict[str, str]]:
    """Run moto's S3 server with an empty bucket; yield the variables of its clients."""
    import boto3

    port = free_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "atelier",
        "AWS_SECRET_ACCESS_KEY": "only-of-this-test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _run(folder, "s3", command, variables):
        wait_for(lambda: answers(variables["AWS_ENDPOINT_URL"]))
        client = boto3.client(
            "s3",
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            region_name=variables["AWS_DEFAULT_REGION"],
        )
        client.create_bucket(Bucket=BUCKET)
        yield variables


@contextmanager
def _run(folder: Path, name: str, command: list[str], variables: dict[str, str]) -> Iterator[None]:
    foreign = ("ATELIER_", "PREFECT_", "MLFLOW_", "AWS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env={**kept, **variables}, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)
