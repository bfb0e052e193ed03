"""Tests: a model with versions in production, made with the registry only: no flow, so it takes a second."""

from pathlib import Path

from components.core.config import ModelConfig
from components.core.records import Decision, Score, Scorecard, Verdict
from registry.production import Promotion, move_production
from registry.scorecards import write_scorecard
from registry.search import trained_versions
from registry.tracking import open_run
from registry.versions import register
from tests.registry.conftest import make_checkpoint
from tests.registry.toy_recipe import RECIPE


def promote_two(config: ModelConfig, folder: Path) -> None:
    with open_run(config, "train", "1") as run:
        for step in (10, 20, 30):
            register(config, run, RECIPE, make_checkpoint(folder, step), "t1", "s1")
        for version, accuracy in zip(trained_versions(config.model, "t1"), (0.5, 0.9, 0.91), strict=True):
            score = Score(accuracy, 100, accuracy - 0.05, accuracy + 0.05)
            write_scorecard(
                run, version, Scorecard("step", "s1", "validation", {"accuracy": score}), "e1", ("accuracy",)
            )
    for number, rule in ((1, "first"), (2, "better")):
        decision = Decision(number, Verdict.PROMOTE, rule, f"Version {number} is the best [by far].")
        move_production(config.model, Promotion(number, f"run-{number}"), lambda _, made=decision: made)
