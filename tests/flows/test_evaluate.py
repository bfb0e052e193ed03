"""Tests: an evaluation of a toy: what it writes about versions, and how it fails."""

import pytest

from components.core.errors import AtelierError
from flows.evaluate import evaluate
from flows.ingest import ingest
from registry.client import connect
from tests.flows.traces import runs


def test_an_evaluated_version_has_a_card_that_says_its_scores(scored: str) -> None:
    description = str(connect().get_model_version(scored, "1").description)
    assert "accuracy" in description
    assert "Not evaluated yet" not in description


def test_a_failure_ends_the_run_failed_with_its_sentence(toy: str) -> None:
    ingest(toy)
    with pytest.raises(AtelierError, match="run `python -m flows train"):
        evaluate(toy)
    (run,) = runs(toy, "evaluate")
    assert run.info.status == "FAILED"
    assert "No version of" in run.data.tags["error"]
