"""Benchmarks: the cost of registry calls with 100, 1,000 and 10,000 versions of one model, on SQLite."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from mlflow.store.model_registry.dbmodels.models import SqlModelVersion
from sqlalchemy import MetaData, create_engine, event, insert, select

from components.core.config import ModelConfig
from components.core.packages import Package
from components.core.records import Checkpoint, Decision, Score, Scorecard, Verdict
from components.core.scorecard_json import to_json
from components.recipes import get_recipe, read_config
from registry import aliases, compare, evaluations, scorecards, search, status, verify_model, versions
from registry import tags as tag
from registry.client import connect
from registry.database import engine
from registry.ledger import store
from registry.ledger.entries import Action, Move, row_of, seal
from registry.ledger.jsonl_copy import write_file
from registry.ledger.state import anchor_at, write_anchor
from registry.production import Promotion, move_production
from registry.settings import settings, tracking_uri
from registry.tables import MOVES
from registry.tracking import open_run
from registry.version_record import Record, kept, write_record

MODEL = "starter"
TRIES = 5
STEPS = 4  # versions of one training
LEDGER = 10  # versions for each entry of the ledger
SCORES = ("fid", "kid", "clip_score", "precision", "recall", "text_match", "sharpness")


@dataclass(frozen=True, slots=True)
class Cost:
    """The median cost of several calls. `loaded` is the number of versions that MLflow read for one call."""

    call: str
    versions: int
    cpu_s: float
    wall_s: float
    loaded: int


def main(
    sizes: Annotated[str, typer.Option(help="Numbers of versions, separated by commas.")] = "100,1000,10000",
) -> None:
    """Print a table, and one JSON object with the figures as the last line."""
    costs = [cost for size in sizes.split(",") for cost in _measure(int(size))]
    typer.echo(f"\n{'call':<24}{'versions':>10}{'CPU s':>10}{'wall s':>10}{'loaded':>10}")
    for cost in costs:
        typer.echo(f"{cost.call:<24}{cost.versions:>10,}{cost.cpu_s:>10.3f}{cost.wall_s:>10.3f}{cost.loaded:>10,}")
    typer.echo(json.dumps({"database": "sqlite", "tries": TRIES, "costs": [asdict(cost) for cost in costs]}))


def _measure(size: int) -> Iterator[Cost]:
    with TemporaryDirectory() as folder:
        os.environ["ATELIER_HOME"] = folder
        os.environ.pop("MLFLOW_TRACKING_URI", None)
        os.environ.pop("ATELIER_DATABASE_URL", None)
        config = _fill(Path(folder), size)
        for name, call in _calls(config, size).items():
            yield _cost(name, size, call)


def _calls(config: ModelConfig, size: int) -> dict[str, Callable[[], Any]]:
    newest, evaluation = f"{size - size % STEPS}", config.evaluation_digest(_snapshot(size))
    return {
        "alias": lambda: aliases.production(MODEL),
        "all aliases": lambda: aliases.aliases(MODEL),
        "trained versions": lambda: search.trained_versions(MODEL, _training(size)),
        "candidates": lambda: scorecards.candidates(MODEL, _training(size), evaluation),
        "promote": _promotions(size),
        "one tag": lambda: connect().set_model_version_tag(MODEL, newest, "decision", "HOLD"),
        "compare": lambda: compare.compare(config, newest, f"{int(newest) - 1}"),
        "status": lambda: status.status(config),
        "history": lambda: store.history(MODEL),
        "verify": lambda: verify_model.check(MODEL),
    }


def _promotions(size: int) -> Callable[[], Any]:
    """Return a call that promotes the next version: intent, alias, entry, anchor and file, but no smoke test."""
    numbers = iter(range(1, size))

    def promote() -> None:
        number = next(numbers)
        decision = Decision(number, Verdict.PROMOTE, "better", "It has kid 0.01859, clearly better than the other.")
        assert move_production(MODEL, Promotion(number, f"run-{number}"), lambda _: decision).move.moved

    return promote


def _cost(name: str, size: int, call: Callable[[], Any]) -> Cost:
    call()  # a warm-up: opens the connections
    cpu, wall, loaded = [], [], 0
    for _ in range(TRIES):
        with _counted() as count:
            before = time.process_time(), time.perf_counter()
            call()
            cpu.append(time.process_time() - before[0])
            wall.append(time.perf_counter() - before[1])
        loaded = count["versions"]
    return Cost(name, size, round(median(cpu), 4), round(median(wall), 4), loaded)


@contextmanager
def _counted() -> Iterator[dict[str, int]]:
    """Count the versions that MLflow's store loads, so that a call that lists all of them is visible."""
    count = {"versions": 0}

    def loaded(*_: Any) -> None:
        count["versions"] += 1

    event.listen(SqlModelVersion, "load", loaded)
    try:
        yield count
    finally:
        event.remove(SqlModelVersion, "load", loaded)


def _fill(home: Path, size: int) -> ModelConfig:
    """Register one version and copy its rows: registering 10,000 through the client would take an hour."""
    config = read_config(settings().models, MODEL, ())
    recipe = replace(get_recipe(config.recipe), package=lambda config, checkpoint: Package())
    (home / "step-100").mkdir()
    (home / "step-100" / "weights.txt").write_text("weights")
    checkpoint = Checkpoint(home / "step-100", 100, "0" * 12)
    with open_run(config, "evaluate", snapshot=_snapshot(1), flow_run_id="1") as run:
        versions.register(config, run, recipe, checkpoint, _training(1), _snapshot(1))
        (first,) = search.trained_versions(MODEL, _training(1))
        scorecards.write_scorecard(run, first, _scorecard(1), config.evaluation_digest(_snapshot(1)), recipe.shown)
        run.tags({tag.EVALUATION: config.evaluation_digest(_snapshot(size))})
        evaluations.write_comparisons(run, [])
    _copy(size, config)
    _write_ledger(size)
    return config


def _copy(size: int, config: ModelConfig) -> None:
    """Copy the rows of the first version, with other numbers, trainings, snapshots and scores."""
    shown = get_recipe(config.recipe).shown
    (version,) = search.trained_versions(MODEL, _training(1))
    first_record = {name: value for name, value in kept(version).items() if name in tag.RECORDED}
    database = create_engine(tracking_uri())
    tables = MetaData()
    tables.reflect(database, only=["model_versions", "model_version_tags"])
    rows, tags = tables.tables["model_versions"], tables.tables["model_version_tags"]
    with database.begin() as connection:
        first = dict(connection.execute(select(rows)).mappings().one())
        first_tags = {row["key"]: dict(row) for row in connection.execute(select(tags)).mappings()}
        for number in range(2, size + 1):
            own = _record(number, first_record, config)
            chips = tag.chips(own, scorecards.shown_values(_scorecard(number), shown))
            chips[tag.RECORD] = write_record(first["run_id"], own)
            connection.execute(insert(rows), first | {"version": number})
            copies = [row | {"version": number, "value": chips[key]} for key, row in first_tags.items()]
            connection.execute(insert(tags), copies)
    database.dispose()


def _record(number: int, first: Record, config: ModelConfig) -> dict[str, Any]:
    return {
        **first,
        tag.TRAINING: _training(number),
        tag.STEP: str(_step(number)),
        tag.SNAPSHOT: _snapshot(number),
        tag.SCORECARD: to_json(_scorecard(number)),
        tag.EVALUATION: config.evaluation_digest(_snapshot(number)),
    }


def _write_ledger(size: int) -> None:
    """Write a ledger of promotions, chained and anchored, in two statements."""
    rows, before = list[dict[str, Any]](), ""
    for number in range(1, size // LEDGER + 1):
        reason = f"Version {number} has kid 0.01859 (-0.02889 to 0.06606), clearly better than the other one."
        move = Move(MODEL, Action.PROMOTE, number - 1 or None, number, "PROMOTE", "better", reason, f"run-{number}")
        rows.append(row_of(seal(move, number, 1.7e9 + number, before)))
        before = rows[-1]["hash"]
    with engine(settings().database_url).begin() as connection:
        connection.execute(insert(MOVES), rows)
    write_anchor(MODEL, anchor_at(rows[-1]))
    connect().set_registered_model_alias(MODEL, "Production", str(len(rows)))
    write_file(MODEL)


def _scorecard(number: int) -> Scorecard:
    scores = {name: Score(1 + 1 / number, 2048, 1.0, 2.5, "starter-vision@0", 0.5, True, 2048) for name in SCORES}
    return Scorecard(f"step-{_step(number)}", _snapshot(number), "validation", scores)


def _training(number: int) -> str:
    return f"training-{(number - 1) // STEPS}"


def _snapshot(number: int) -> str:
    return f"snapshot-{(number - 1) // (10 * STEPS)}"


def _step(number: int) -> int:
    return 100 * ((number - 1) % STEPS + 1)


if __name__ == "__main__":
    typer.run(main)
