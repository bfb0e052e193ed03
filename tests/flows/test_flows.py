"""Tests: flows that are asked for something wrong, or for less than the whole round."""

import pytest

from components.core.errors import AtelierError, ConfigError, UnknownModelError
from components.core.records import Verdict
from flows.evaluate import evaluate
from flows.ingest import ingest
from flows.promote import promote
from flows.train import train
from registry.status import status
from tests.flows.test_lifecycle import runs


def test_a_failure_ends_the_run_failed_with_its_sentence(toy: str) -> None:
    ingest(toy)
    with pytest.raises(AtelierError, match="run `python -m flows train"):
        evaluate(toy)
    (run,) = runs(toy, "evaluate")
    assert run.info.status == "FAILED"
    assert "No version of" in run.data.tags["error"]


def test_a_dry_run_says_the_decision_and_moves_nothing(toy: str) -> None:
    ingest(toy)
    train(toy)
    evaluate(toy)
    assert Verdict.PROMOTE in {decision.verdict for decision in promote(toy, dry_run=True)}
    assert status(toy)["production"] is None


def test_training_without_a_snapshot_says_what_to_do_first(toy: str) -> None:
    with pytest.raises(AtelierError, match="ingest"):
        train(toy)


def test_an_override_is_checked_against_the_schema(toy: str) -> None:
    with pytest.raises(ConfigError, match="stepz"):
        train(toy, overrides=["train.stepz=3"])


def test_an_unknown_model_names_the_known_ones(toy: str) -> None:
    with pytest.raises(UnknownModelError, match=toy):
        ingest("cats")
