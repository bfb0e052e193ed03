"""Tests: what must hold after the runs: sentences about what does not."""

import sys
from collections.abc import Iterator, Sequence
from itertools import product

from sqlalchemy import Connection, create_engine, text

from tests.scale.machine import MODELS, Machine
from tests.scale.runs import STEPS, Started

RUNS, KILLED = 10, 2  # how many, and the place of the one whose machine is killed
PATHS = {  # where MLflow keeps addresses of files
    "experiments": "artifact_location",
    "runs": "artifact_uri",
    "logged_models": "artifact_location",
    "model_versions": "source",
    "datasets": "dataset_source",  # JSON
}


def wrong_runs(runs: Sequence[Started], again: Sequence[Started]) -> Iterator[str]:
    if len(runs) != RUNS:
        yield f"{len(runs)} runs were started, expected {RUNS}."
    for run in (*runs, *again):
        expected = ("Crashed",) if run is runs[KILLED] else ("Completed",)
        if tuple(run.states) != expected:
            yield f"{run.name} on {run.pool} ended as {', '.join(run.states) or 'nothing'}, expected {expected[0]}."
    if len(again) != 1:
        yield f"{len(again)} runs took the place of the killed one, expected 1."


def wrong_versions(database_url: str) -> list[str]:
    """Read MLflow's database itself: what is there is what every machine gets."""
    with create_engine(database_url).connect() as database:
        return [*_wrong_steps(database), *_local_paths(database)]


def wrong_machines(machines: Sequence[Machine]) -> Iterator[str]:
    for model, machine in product(MODELS, machines):
        done = machine.command("verify", model)
        if done.returncode:
            yield f"`verify {model}` on {machine.name} ended with {done.returncode}: {done.stdout}{done.stderr}"
    if any(machines[1].home.glob(f"checkpoints/{MODELS[0]}/*/step-*")):
        yield f"The second machine trained {MODELS[0]} again, expected the versions of the first."


def _wrong_steps(database: Connection) -> Iterator[str]:
    for model in MODELS:
        query = text("SELECT value FROM model_version_tags WHERE name = :model AND key = 'step'")
        steps = sorted(int(value) for value in database.execute(query, {"model": model}).scalars())
        query = text("SELECT version FROM registered_model_aliases WHERE name = :model AND alias = 'Production'")
        served = database.execute(query, {"model": model}).scalar()
        sys.stdout.write(f"versions of {model}: steps {steps}, expected {list(STEPS)}; in production: {served}\n")
        if steps != list(STEPS):
            yield f"{model} has versions of the steps {steps}, expected {list(STEPS)}."
        if served is None:
            yield f"No version of {model} is in production, expected one."
    running = database.execute(text("SELECT count(*) FROM runs WHERE status = 'RUNNING'")).scalar_one()
    if running:
        yield f"{running} MLflow runs are RUNNING, expected none."


def _local_paths(database: Connection) -> Iterator[str]:
    for table, column in PATHS.items():
        found = database.execute(text(f"SELECT {column} FROM {table}")).scalars()
        local = [value for value in found if "s3://" not in str(value) and not str(value).startswith("models:/")]
        if local:
            yield f"{table}.{column} of MLflow's database has {local[0]}, expected an address in S3."
