"""Tests: what a promotion records, and promotions of versions that do not exist."""

import json
from pathlib import Path

import pytest

from components.core.errors import RegistryError
from components.core.records import Verdict
from flows.promote import promote
from flows.tasks import read_config
from registry.aliases import aliases
from registry.client import connect
from registry.ledger.store import history
from registry.status import status
from tests.flows.traces import runs


def test_the_run_of_a_promotion_has_every_decision_with_its_reason(after_lifecycle: str) -> None:
    (run,) = runs(after_lifecycle, "promote")
    found = json.loads(Path(connect().download_artifacts(run.info.run_id, "decisions.json")).read_text())
    assert [decision["verdict"] for decision in found["decisions"]].count("PROMOTE") == 1
    assert all(decision["rule"] and decision["reason"] for decision in found["decisions"])
    assert found["against"] is None


def test_a_dry_run_returns_the_decisions_and_moves_nothing(scored: str) -> None:
    assert Verdict.PROMOTE in {decision.verdict for decision in promote(scored, dry_run=True)}
    assert status(read_config(scored))["production"] is None
    assert history(scored) == []


def test_a_missing_version_is_an_error_and_nothing_moves(scored: str) -> None:
    with pytest.raises(RegistryError, match="fruit has no version 99: `python -m flows status fruit` shows them"):
        promote(scored, version=99)
    assert aliases(scored) == {}
    assert history(scored) == []


def test_a_version_of_another_model_is_an_error(scored: str) -> None:
    client = connect()
    client.create_registered_model("vegetables")
    numbers = [int(client.create_model_version("vegetables", source="runs:/0/x").version) for _ in range(6)]
    with pytest.raises(RegistryError, match=f"fruit has no version {numbers[-1]}"):
        promote(scored, version=numbers[-1])
