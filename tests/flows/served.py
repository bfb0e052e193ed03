"""Tests: a model with versions in production, made with the registry only: no flow, so it takes a second."""

from pathlib import Path

from components.core.config import ModelConfig
from components.core.recipe import Examples
from components.core.records import Decision, Ingestion, Score, Scorecard, Verdict
from components.data.snapshots import build_snapshot
from registry.production import Promotion, move_production
from registry.scorecards import write_scorecard
from registry.search import trained_versions
from registry.settings import settings
from registry.tracking import open_run
from registry.versions import register
from tests.registry.conftest import make_checkpoint
from tests.registry.toy_recipe import RECIPE


def make_example(folder: Path, counts: Ingestion, text: str = "a plum") -> Examples:
    """Make one example with a file, which a test can alter."""
    (folder / "1.txt").write_text(text)
    return Examples({"train": [], "validation": [{"file_name": "1.txt"}]}, counts)


def promote_two(config: ModelConfig, folder: Path) -> None:
    counts = Ingestion(rows=1, selected=1, kept=1, repaired={}, quarantined={})
    snapshot, _ = build_snapshot(settings().snapshots(config.model), {}, lambda _, folder: make_example(folder, counts))
    with open_run(config, "train", "1") as run:
        for step in (10, 20, 30):
            register(config, run, RECIPE, make_checkpoint(folder, step), "t1", snapshot.digest)
        for version, accuracy in zip(trained_versions(config.model, "t1"), (0.5, 0.9, 0.91), strict=True):
            score = Score(accuracy, 100, accuracy - 0.05, accuracy + 0.05)
            write_scorecard(
                run, version, Scorecard("step", snapshot.digest, "validation", {"accuracy": score}), "e1", ("accuracy",)
            )
    for number, rule in ((1, "first"), (2, "better")):
        decision = Decision(number, Verdict.PROMOTE, rule, f"Version {number} is the best [by far].")
        move_production(config.model, Promotion(number, f"run-{number}"), lambda _, made=decision: made)
