"""Tests: toy versions, scored and unscored, for the registry."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from components.core.records import Checkpoint, Decision, Score, Scorecard, Verdict
from components.recipes import RECIPES
from registry.aliases import production
from registry.client import connect
from registry.ledger.entries import Entry
from registry.ledger.store import history
from registry.production import Promotion, move_production
from registry.tracking import open_run
from registry.versions import register
from tests.registry.postgresql import find_programs, new_database, run_server
from tests.registry.toy_recipe import RECIPE, Config, toy_config

MODEL = "toy"


@pytest.fixture(autouse=True)
def known_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "toy", "tests.registry.toy_recipe")


@pytest.fixture
def config() -> Config:
    return toy_config()


@pytest.fixture
def make_version(home: Path, config: Config, tmp_path: Path) -> Callable[..., int]:
    """Register the checkpoint of one step of one training, in a run of its own."""

    def make(step: int = 10, training: str = "t1", snapshot: str = "s1") -> int:
        with open_run(config, "train", "flow-run") as run:
            return register(config, run, RECIPE, make_checkpoint(tmp_path, step), training, snapshot)

    return make


@pytest.fixture
def make_versions(home: Path, tmp_path: Path) -> Callable[[int], list[int]]:
    """Register versions without training or files, which is enough to move an alias."""

    def make(count: int) -> list[int]:
        client = connect()
        client.create_registered_model(MODEL)
        created = [client.create_model_version(MODEL, source=str(tmp_path)) for _ in range(count)]
        return [int(version.version) for version in created]

    return make


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Path]:
    """A server for the whole session; its tests are skipped if PostgreSQL is not installed."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: install its server, or put initdb into PATH")
    with run_server(programs) as folder:
        yield folder


@pytest.fixture
def new_postgresql(postgresql: Path) -> Callable[[], str]:
    """Make an empty database and return its address."""
    return lambda: new_database(postgresql)


def promote(version: int, rule: str = "better", by: str = "", numbers: Mapping[str, float] | None = None) -> Entry:
    """Move Production to a version, whatever is in production."""
    decision = Decision(version, Verdict.PROMOTE, rule, f"Version {version} is the best.")
    return move_production(MODEL, Promotion(version, by, numbers or {}), lambda _: decision)


def served() -> int | None:
    version = production(MODEL)
    return None if version is None else int(version.version)


def moves() -> list[tuple[str, int | None, int | None]]:
    return [(str(e.move.action), e.move.from_version, e.move.to_version) for e in history(MODEL)]


def make_checkpoint(folder: Path, step: int) -> Checkpoint:
    checkpoint = folder / f"step-{step}"
    checkpoint.mkdir(exist_ok=True)
    (checkpoint / "weights.txt").write_text(f"weights of step {step}")
    return Checkpoint(checkpoint, step, digest=f"digest{step}")


def make_scorecard(step: int = 10, value: float = 20.0, snapshot: str = "s1", extractor: str = "eye@1") -> Scorecard:
    scores = {
        "fid": Score(value, n=64, low=value - 1, high=value + 1, extractor=extractor, floor=3.0),
        "clip_score": Score(0.3, n=64, low=0.28, high=0.32),
    }
    return Scorecard(f"step-{step}", snapshot, "validation", scores)
