"""Tests: a rollback moves Production back, and the ledger and Prefect's page record it."""

import pytest

from components.core.errors import AtelierError, RegistryError, UnavailableError
from flows.evaluate import evaluate
from flows.lifecycle import lifecycle
from flows.promote import promote
from flows.rollback import rollback
from flows.tasks import read_config
from registry.aliases import PRODUCTION, aliases
from registry.ledger.store import history
from registry.status import status
from tests.flows.traces import end_line, page


@pytest.fixture
def served_twice(after_lifecycle: str) -> tuple[str, int, int]:
    """A toy model with a second version in production by force: its name, the first version, the second."""
    first = int(status(read_config(after_lifecycle))["production"]["version"])
    other = never_served(after_lifecycle)
    promote(after_lifecycle, version=other, force=True, reason="a person likes it")
    assert aliases(after_lifecycle)[PRODUCTION] == other
    return after_lifecycle, first, other


def never_served(model: str) -> int:
    first = status(read_config(model))["production"]["version"]
    return min(
        int(version["version"]) for version in status(read_config(model))["versions"] if version["version"] != first
    )


def test_an_error_that_a_person_must_correct_is_not_retried(after_lifecycle: str) -> None:
    with pytest.raises(RegistryError, match="has no version 99") as refused:
        rollback(after_lifecycle, to=99, reason="a slip")
    assert not isinstance(refused.value, UnavailableError)


def test_a_rollback_to_a_version_that_was_never_in_production_is_refused(after_lifecycle: str) -> None:
    other = never_served(after_lifecycle)
    with pytest.raises(RegistryError, match=f"Version {other} of fruit was never in production, expected one that was"):
        rollback(after_lifecycle, to=other, reason="a slip")


def test_a_rollback_moves_back_to_the_version_before(served_twice: tuple[str, int, int]) -> None:
    model, first, other = served_twice
    assert rollback(model, reason="another person looked at it") == first
    assert rollback(model, reason="so did a third one") == first
    assert rollback(model, to=other, reason="and changed their minds") == other
    assert rollback(model, to=first, reason="and again") == first


def test_after_another_training_production_must_be_scored_again_before_a_promotion(
    after_lifecycle: str,
) -> None:
    before = aliases(after_lifecycle)[PRODUCTION]
    lifecycle(after_lifecycle, overrides=["train.stride=29"])
    with pytest.raises(
        AtelierError, match=r"in production has scores of other settings .* run `python -m flows evaluate fruit`"
    ):
        promote(after_lifecycle)
    evaluate(after_lifecycle)
    assert before in {decision.version for decision in promote(after_lifecycle)}
    assert aliases(after_lifecycle)[PRODUCTION] == before


def test_the_ledger_records_a_rollback_without_a_smoke_test(served_twice: tuple[str, int, int]) -> None:
    model, first, _ = served_twice
    assert rollback(model, reason="It calls plums apples.", smoke=False) == first
    assert "--no-smoke" in history(model)[-1].move.reason
    assert end_line(model) in page("fruit-rollback")


def test_a_rollback_to_the_version_in_production_adds_no_entry(served_twice: tuple[str, int, int]) -> None:
    model, _, other = served_twice
    entries = len(history(model))
    assert rollback(model, to=other, reason="twice") == other
    assert len(history(model)) == entries
