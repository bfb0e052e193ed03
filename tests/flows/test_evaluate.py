"""Tests: an evaluation of a toy model: what it writes about versions, and how it fails."""

import pytest

from components.core.errors import AtelierError
from flows.evaluate import evaluate
from flows.ingest import ingest
from registry.client import connect
from tests.flows.traces import runs


def test_the_card_of_an_evaluated_version_has_its_scores(scored: str) -> None:
    description = str(connect().get_model_version(scored, "1").description)
    assert "accuracy" in description
    assert "Not evaluated yet" not in description


def test_a_failed_flow_ends_its_run_as_failed_with_the_error_as_a_tag(toy: str) -> None:
    ingest(toy)
    with pytest.raises(AtelierError, match="run `python -m flows train"):
        evaluate(toy)
    (run,) = runs(toy, "evaluate")
    assert run.info.status == "FAILED"
    assert "No version of" in run.data.tags["error"]
